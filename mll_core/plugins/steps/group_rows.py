"""The group of similar rows."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import vectors
from mll_core.domain.columns import NewColumn, NumericColumns
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class GroupRows(Step):
    """Sort rows into groups of similar ones, and say how far each is from the middle of its group.

    In: one to twenty numeric ``columns``, brought to one scale; a missing number counts as the
    mean. Out: the same rows; ``into``, the group as text, "1" and on, the largest first; ``<into>
    distance``, float64, in standard deviations.
    Learned: one row per column, ``centre``, ``width`` and the middle of each group (k-means), from
    at most 4,000 different training rows, drawn by their content.
    Source: Lloyd (1982); scikit-learn, KMeans after StandardScaler.
    """

    label: ClassVar[str] = "Groups of similar rows"
    topic: ClassVar[Topic] = Topic.SIMILAR
    also: ClassVar[str] = "cluster clustering k-means kmeans segments"
    remembers: ClassVar[bool] = True
    kind: Literal["group_rows"] = "group_rows"
    columns: NumericColumns = Field(min_length=1, max_length=20, description="What is compared")
    groups: int = Field(4, ge=2, le=12, description="How many groups")
    seed: int = Field(0, ge=0, le=1_000_000, description="Another number may find other groups")
    into: NewColumn = Field(description="Name of the new column")

    def makes(self) -> Iterator[tuple[str, str]]:
        yield "into", self.into
        yield "into", f"{self.into} distance"

    def learn(self, table: ir.Table) -> ir.Table:
        return vectors.drawn(vectors.points(table, self._names()))

    def summarise(self, rows: Learned) -> Learned:
        scale = vectors.Scale(rows, len(self._names()))
        return scale.learned(vectors.middles(scale, self.groups, self.seed).T)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        at = vectors.scaled(table, self._names(), learned)
        middles = vectors.numbers(learned)
        if not middles:
            nothing = {
                self.into: ibis.null("string"),
                f"{self.into} distance": ibis.null("float64"),
            }
            return table.mutate([value.name(name) for name, value in nothing.items()])
        at = at.then(apart=vectors.squared_distances(at["point"], middles))
        at = at.then(least=at["apart"].mins())
        nearest = (at["apart"].index(at["least"]) + 1).cast("string")
        kept = [at.table[name] for name in table.columns]
        group, distance = (name for _, name in self.makes())
        return at.table.select([*kept, nearest.name(group), at["least"].sqrt().name(distance)])

    def sentence(self) -> str:
        columns = " and ".join(map(repr, self.columns))
        return f"Make {self.into!r}: which of {self.groups} groups of rows alike in {columns}."

    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))
