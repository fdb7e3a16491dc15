"""Clip outliers."""

from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NumericColumn
from mll_core.domain.fences import DISTANCE, HIGH, HOW, LOW, Fence, bounded, fences
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ClipOutliers(Step):
    """Pull values far from the others back to the limit beyond which they are far.

    In: a numeric ``column``. Out: the same rows, ``column`` as float64; NULL stays NULL.
    Learned: one row, ``low`` and ``high`` in the unit of ``column``, of its finite values; NULL if
    it held none, and then nothing is clipped. See ``mll_core.domain.fences``.
    Source: Hyndman & Fan (1996), Sample Quantiles in Statistical Packages, definition 7; Tukey
    (1977), Exploratory Data Analysis; Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers.
    """

    label: ClassVar[str] = "Clip outliers"
    topic: ClassVar[Topic] = Topic.ODD
    also: ClassVar[str] = "extreme winsorize cap limit iqr mad quantile far"
    kind: Literal["clip_outliers"] = "clip_outliers"
    column: NumericColumn = Field(description="Column to clip")
    how: Fence = Field("quantiles", description=HOW)
    low: float = Field(0.01, ge=0, le=0.5, description=LOW)
    high: float = Field(0.99, ge=0.5, le=1, description=HIGH)
    distance: float = Field(1.5, ge=0.1, le=100, description=DISTANCE)

    def learn(self, table: ir.Table) -> ir.Table:
        reach = (self.low, self.high) if self.how == "quantiles" else (self.distance, 0.0)
        return fences(table, self.column, self.how, reach)

    def summarise(self, rows: Learned) -> Learned:
        return bounded(rows)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        (stats,) = learned
        values: Any = table[self.column].cast("float64")
        if stats["low"] is not None and stats["high"] is not None:
            low, high = exact(float(stats["low"])), exact(float(stats["high"]))
            values = values.clip(lower=low, upper=high)
        return table.mutate(values.name(self.column))

    def sentence(self) -> str:
        if self.how != "quantiles":
            return f"Clip {self.column!r} to {self.distance:g} times beyond the {self.how}."
        low, high = f"{100 * self.low:g} %", f"{100 * self.high:g} %"
        return f"Clip {self.column!r} to the {low} and {high} quantiles of the training rows."
