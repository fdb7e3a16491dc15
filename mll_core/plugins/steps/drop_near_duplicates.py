"""Drop near duplicate rows."""

from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Columns, Pairs
from mll_core.domain.content import BETWEEN, content
from mll_core.domain.step import Learned, Rows, Step
from mll_core.domain.topic import Topic

_SHOWN = 2


class DropNearDuplicates(Step):
    """Drop rows that somebody judged to be other spellings of rows that stay.

    In: any table. Out: the same columns, fewer rows, in their order. A row goes when what it says
    in ``columns`` stands among the decisions, whichever other rows are there; nothing else is
    judged, so rows that come later and nobody looked at stay. Learned: nothing.
    """

    label: ClassVar[str] = "Drop near duplicate rows"
    topic: ClassVar[Topic] = Topic.ROWS
    also: ClassVar[str] = "remove dedupe fuzzy spelling twice similar match"
    rows: ClassVar[Rows] = "drop"
    kind: Literal["drop_near_duplicates"] = "drop_near_duplicates"
    columns: Columns = Field(min_length=1, description="Columns that were compared")
    decisions: Pairs = Field(
        min_length=1,
        description=f"What the row that goes says, and the one that stays, parted by{BETWEEN}",
    )
    least: float = Field(0.9, ge=0.5, le=1, description="Similarity from which rows were shown")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        said = content(table, self.columns)
        goes = [old for old, new in self.decisions.items() if new not in (None, old)]
        return table.filter(~said.isin(goes))

    def sentence(self) -> str:
        by = " and ".join(map(repr, self.columns))
        some = [f"{old!r} for {new!r}" for old, new in list(self.decisions.items())[:_SHOWN]]
        more = len(self.decisions) - len(some)
        some += [f"{more} more"] if more else []
        return f"Drop rows reviewed as near duplicates by {by}: {', '.join(some)}."
