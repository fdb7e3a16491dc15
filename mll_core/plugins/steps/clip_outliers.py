"""Clip outliers."""

from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NumericColumn
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step


class ClipOutliers(Step):
    """Pull values beyond two quantiles of ``column`` back to those quantiles.

    In: a numeric ``column``. Out: the same rows, ``column`` as float64; NULL stays NULL.
    Learned: one row, ``lo`` and ``hi`` in the unit of ``column``, of its finite values; both NULL
    if it held none, and then nothing is clipped.
    Source: Hyndman & Fan (1996), Sample Quantiles in Statistical Packages, definition 7.
    """

    label: ClassVar[str] = "Clip outliers"
    kind: Literal["clip_outliers"] = "clip_outliers"
    column: NumericColumn = Field(description="Column to clip")
    low: float = Field(0.01, ge=0, le=0.5, description="Lower quantile, as a share of the rows")
    high: float = Field(0.99, ge=0.5, le=1, description="Upper quantile, as a share of the rows")

    def learn(self, table: ir.Table) -> ir.Table:
        values = table[self.column].cast("float64").nullif(float("inf")).nullif(float("-inf"))
        return table.aggregate(lo=values.quantile(self.low), hi=values.quantile(self.high))

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        (stats,) = learned
        values, lo, hi = table[self.column].cast("float64"), stats["lo"], stats["hi"]
        if lo is not None and hi is not None:
            values = values.clip(lower=exact(float(lo)), upper=exact(float(hi)))
        return table.mutate(values.name(self.column))

    def sentence(self) -> str:
        low, high = f"{100 * self.low:g} %", f"{100 * self.high:g} %"
        return f"Clip {self.column!r} to the {low} and {high} quantiles of the training rows."
