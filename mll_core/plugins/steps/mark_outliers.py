"""Mark outliers."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NewColumn, NumericColumn
from mll_core.domain.fences import DISTANCE, HIGH, HOW, LOW, Fence, bounded, fences
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class MarkOutliers(Step):
    """Add a column that tells whether a number lies far from the others.

    In: a numeric ``column``. Out: the same rows, one boolean column more, false for NULL.
    Learned: one row, ``low`` and ``high`` in the unit of ``column``, of its finite values; NULL if
    it held none, and then nothing is marked. See ``mll_core.domain.fences``.
    Source: Tukey (1977), Exploratory Data Analysis; Iglewicz & Hoaglin (1993), How to Detect and
    Handle Outliers.
    """

    label: ClassVar[str] = "Mark outliers"
    topic: ClassVar[Topic] = Topic.ODD
    also: ClassVar[str] = "extreme flag anomaly iqr mad quantile far unusual"
    kind: Literal["mark_outliers"] = "mark_outliers"
    column: NumericColumn = Field(description="Column to look at")
    how: Fence = Field("quartiles", description=HOW)
    distance: float = Field(1.5, ge=0.1, le=100, description=DISTANCE)
    low: float = Field(0.01, ge=0, le=0.5, description=LOW)
    high: float = Field(0.99, ge=0.5, le=1, description=HIGH)
    to: NewColumn = Field("", description="Name of the new column; empty: the column's and outlier")

    def makes(self) -> Iterator[tuple[str, str]]:
        yield "to", self._name()

    def learn(self, table: ir.Table) -> ir.Table:
        reach = (self.low, self.high) if self.how == "quantiles" else (self.distance, 0.0)
        return fences(table, self.column, self.how, reach)

    def summarise(self, rows: Learned) -> Learned:
        return bounded(rows)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        (stats,) = learned
        values = table[self.column].cast("float64")
        outside = values.isnull() & values.notnull()
        if stats["low"] is not None:
            outside |= values < exact(float(stats["low"]))
        if stats["high"] is not None:
            outside |= values > exact(float(stats["high"]))
        return table.mutate(outside.fill_null(False).name(self._name()))

    def sentence(self) -> str:
        return f"Add {self._name()!r}: whether {self.column!r} is far out, by the {self.how}."

    def _name(self) -> str:
        return self.to or f"{self.column} outlier"
