"""Group rare categories."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

MOST = 1_000
"""Categories that are kept at most, the most frequent first."""


class GroupRare(Step):
    """Call all rare categories of ``column`` by one name; so are those never seen in training.

    In: a text ``column``. Out: the same rows, ``column`` as text; NULL stays NULL.
    Learned: one row per category that is kept, ``level``: at least ``share`` of the training rows
    that have a value, and at least ``minimum`` of them; the most frequent 1,000.
    """

    label: ClassVar[str] = "Group rare categories"
    topic: ClassVar[Topic] = Topic.CATEGORIES
    also: ClassVar[str] = "other seldom infrequent combine small categories lump"
    kind: Literal["group_rare"] = "group_rare"
    column: CategoricalColumn = Field(description="Column with many categories")
    share: float = Field(0.01, ge=0, le=0.5, description="Rare: under this share of the rows")
    minimum: int = Field(20, ge=1, le=1_000_000, description="Rare as well: under this many rows")
    other: str = Field("Other", min_length=1, description="What rare categories are called")

    def learn(self, table: ir.Table) -> ir.Table:
        known = table.select(level=table[self.column]).filter(ibis._["level"].notnull())
        counts = known.group_by("level").aggregate(n=ibis._.count())
        counts = counts.mutate(rows=ibis._["n"].sum().over(ibis.window()))
        kept = counts.filter(
            counts["n"] >= self.minimum, counts["n"] >= self.share * counts["rows"]
        )
        return kept.order_by(ibis.desc("n"), "level").limit(MOST).select("level")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        kept = [str(row["level"]) for row in learned]
        rare = column.notin(kept) if kept else column.notnull()
        return table.mutate(rare.ifelse(self.other, column).name(self.column))

    def sentence(self) -> str:
        return (
            f"In {self.column!r}, call every category with under {100 * self.share:g} % or under "
            f"{self.minimum:,} of the training rows {self.other!r}."
        )
