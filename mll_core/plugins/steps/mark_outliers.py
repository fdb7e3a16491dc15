"""Mark outliers."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NewColumn, NumericColumn
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step


class MarkOutliers(Step):
    """Add a column that tells whether a number lies far from the others.

    In: a numeric ``column``. Out: the same rows, one boolean column more, false for NULL.
    Learned: one row, ``low`` and ``high`` in the unit of ``column``, of its finite values; NULL if
    it held none, and then nothing is marked. ``quartiles``: the quartiles and ``distance`` times
    the range between them; ``median``: the median and ``distance`` times the median distance from
    it, times 1.4826.
    Source: Tukey (1977), Exploratory Data Analysis; Iglewicz & Hoaglin (1993), How to Detect and
    Handle Outliers.
    """

    label: ClassVar[str] = "Mark outliers"
    kind: Literal["mark_outliers"] = "mark_outliers"
    column: NumericColumn = Field(description="Column to look at")
    how: Literal["quartiles", "median"] = Field("quartiles", description="What far is measured by")
    distance: float = Field(1.5, ge=0.1, le=100, description="How far is too far")
    to: NewColumn = Field("", description="Name of the new column; empty: the column's and outlier")

    def makes(self) -> Iterator[tuple[str, str]]:
        yield "to", self._name()

    def learn(self, table: ir.Table) -> ir.Table:
        values = table[self.column].cast("float64").nullif(float("inf")).nullif(float("-inf"))
        if self.how == "quartiles":
            low, high = values.quantile(0.25), values.quantile(0.75)
            far = (high - low) * self.distance
            return table.aggregate(low=low - far, high=high + far)
        known = table.select(value=values)
        middle = known["value"].quantile(0.5).as_scalar()
        apart = known.select("value", apart=(known["value"] - middle).abs())
        centre, far = apart["value"].quantile(0.5), apart["apart"].quantile(0.5)
        far = far * (1.4826 * self.distance)
        return apart.aggregate(low=centre - far, high=centre + far)

    def summarise(self, rows: Learned) -> Learned:
        finite = {
            name: value if value is not None and abs(float(value)) < float("inf") else None
            for name, value in rows[0].items()
        }
        return (finite,)

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
