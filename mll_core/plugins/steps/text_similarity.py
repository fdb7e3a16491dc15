"""How alike two texts are."""

from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn, NewColumn
from mll_core.domain.likeness import SAID, Measure, alike
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class TextSimilarity(Step):
    """Make a column of how alike two texts of a row are: 1 the same, 0 nothing in common.

    In: two text columns; capitals and punctuation do not matter. Out: the same rows, one column
    more, float64 from 0 to 1; NULL when one is NULL. ``words``, ``threes``: the share of words, of
    runs of three letters, that both have (Jaccard); ``edits``: 1 less the letters to change, of the
    longer text (Levenshtein; letters beyond a to z weigh two or three). Learned: nothing.
    """

    label: ClassVar[str] = "How alike two texts are"
    topic: ClassVar[Topic] = Topic.WORDS
    also: ClassVar[str] = "compare match fuzzy distance two columns"
    kind: Literal["text_similarity"] = "text_similarity"
    column: CategoricalColumn = Field(description="Column with the one text")
    other: CategoricalColumn = Field(description="Column with the other")
    by: Measure = Field("words", description="What is compared: words, runs of three, letters")
    into: NewColumn = Field(description="Name of the new column")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        at, likeness = alike(Stage(table), table[self.column], table[self.other], self.by)
        kept = [at.table[name] for name in table.columns]
        return at.table.select([*kept, likeness.name(self.into)])

    def sentence(self) -> str:
        return f"Make {self.into!r}: of {self.column!r} and {self.other!r} {SAID[self.by]}."
