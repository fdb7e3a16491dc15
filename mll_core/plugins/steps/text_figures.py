"""Figures of text."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn, Prefix
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

Figure = Literal["letters", "words", "average word", "digits", "capitals", "sentences"]
_ALPHABETS = (*range(0x0180), *range(0x0370, 0x0430))
_CAPITALS = "".join(f"\\x{{{code:X}}}" for code in _ALPHABETS if chr(code).isupper())
"""Written out: that all capitals are meant (``\\p{Lu}``) takes the engine longer to understand than
a row to go through a recipe."""
_FORMS = {
    "words": r"[^\s]+",
    "signs": r"[^\s]",
    "digits": r"[0-9]",
    "capitals": f"[{_CAPITALS}]",
    "sentences": r"[^.!?]*[^\s.!?][.!?]*",
}


class TextFigures(Step):
    """Make columns that measure text: how long it is, and of what it consists.

    In: a text ``column``. Out: the same rows and one column per figure, float64; NULL gives NULL,
    empty text 0. Words are what white space parts; an average word is measured in letters, signs
    and digits; capitals are those of the Latin, Greek and Cyrillic alphabets. Learned: nothing.
    """

    label: ClassVar[str] = "Measure text"
    topic: ClassVar[Topic] = Topic.WORDS
    also: ClassVar[str] = "length words count characters sentences"
    kind: Literal["text_figures"] = "text_figures"
    column: CategoricalColumn = Field(description="Column with text")
    figures: tuple[Figure, ...] = Field(
        ("letters", "words"), min_length=1, description="What is measured"
    )
    prefix: Prefix = ""

    def makes(self) -> Iterator[tuple[str, str]]:
        for figure in self.figures:
            yield "figures", self._name(figure)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        text = table[self.column]
        new = {self._name(figure): _figure(text, figure) for figure in self.figures}
        return table.mutate(**new)

    def sentence(self) -> str:
        return f"Measure {', '.join(self.figures)} of {self.column!r}."

    def _name(self, figure: str) -> str:
        return f"{self.prefix}{self.column} {figure}"


def _figure(text: Any, figure: str) -> Any:
    if figure == "letters":
        return text.length().cast("float64")
    if figure == "average word":
        words = _figure(text, "words")
        return (words > 0).ifelse(_figure(text, "signs") / words, words)
    # Each match becomes one sign that stands for itself alone; the rest goes.
    marks = text.replace("\x01", "").re_replace(_FORMS[figure], "\x01")
    return marks.re_replace("[^\x01]", "").length().cast("float64")
