"""How alike a text is to a text of your own."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn, NewColumn
from mll_core.domain.likeness import SAID, Measure, alike
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class TextLike(Step):
    """Make a column of how alike a text is to a text of yours: 1 the same, 0 nothing in common.

    In: a text ``column``; capitals and punctuation do not matter. Out: the same rows, one column
    more, float64 from 0 to 1; NULL for NULL. ``words``, ``threes``: the share of words, of runs of
    three letters, that both have (Jaccard); ``edits``: 1 less the letters to change, of the longer
    text (Levenshtein; letters beyond a to z weigh two or three). Learned: nothing.
    """

    label: ClassVar[str] = "How alike a text is to one of yours"
    topic: ClassVar[Topic] = Topic.WORDS
    also: ClassVar[str] = "similarity compare phrase match"
    kind: Literal["text_like"] = "text_like"
    column: CategoricalColumn = Field(description="Column with text")
    text: str = Field("not satisfied", max_length=500, description="The text it is compared with")
    by: Measure = Field("words", description="What is compared: words, runs of three, letters")
    into: NewColumn = Field(description="Name of the new column")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        at, likeness = alike(Stage(table), table[self.column], ibis.literal(self.text), self.by)
        kept = [at.table[name] for name in table.columns]
        return at.table.select([*kept, likeness.name(self.into)])

    def sentence(self) -> str:
        return f"Make {self.into!r}: of {self.column!r} and the text {self.text!r} {SAID[self.by]}."
