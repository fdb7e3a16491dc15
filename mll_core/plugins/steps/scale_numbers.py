"""Scale numbers."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import sums
from mll_core.domain.columns import NumericColumn
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ScaleNumbers(Step):
    """Bring ``column`` to a common scale, so that columns can be compared.

    ``standard``: mean 0, standard deviation 1; ``range``: smallest 0, largest 1; ``robust``: median
    0, the middle half of the rows 1 wide.
    In: a numeric ``column``. Out: the same rows, ``column`` as float64; NULL stays NULL.
    Learned: one row, ``centre`` and ``width`` in the unit of ``column``, of its finite values; a
    width of 0 or NULL counts as 1, a centre of NULL as 0.
    Source: scikit-learn, StandardScaler, MinMaxScaler and RobustScaler.
    """

    label: ClassVar[str] = "Scale numbers"
    topic: ClassVar[Topic] = Topic.NUMBERS
    also: ClassVar[str] = "standardise normalise standard z-score min-max robust"
    kind: Literal["scale_numbers"] = "scale_numbers"
    column: NumericColumn = Field(description="Column to scale")
    how: Literal["standard", "range", "robust"] = Field("standard", description="To what scale")

    def learn(self, table: ir.Table) -> ir.Table:
        values = table[self.column].cast("float64").nullif(float("inf")).nullif(float("-inf"))
        match self.how:
            case "standard":
                return _standard(table.select(value=values))
            case "range":
                return table.aggregate(centre=values.min(), width=values.max() - values.min())
        middle = values.quantile(0.75) - values.quantile(0.25)
        return table.aggregate(centre=values.quantile(0.5), width=middle)

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        return {name: unit for name, unit in known.items() if name != self.column}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        (stats,) = learned
        centre, width = exact(float(stats["centre"] or 0)), exact(float(stats["width"] or 1))
        values = (table[self.column].cast("float64") - centre) / width
        return table.mutate(values.name(self.column))

    def sentence(self) -> str:
        to = {
            "standard": "mean 0 and standard deviation 1",
            "range": "0 to 1",
            "robust": "median 0 and a middle half 1 wide",
        }
        return f"Scale {self.column!r} to {to[self.how]}, as learned from the training rows."


def _standard(rows: ir.Table) -> ir.Table:
    """Mean and standard deviation; the latter from parts of the largest value, or the squares of
    very large ones would be endless."""
    parts = sums.parted(rows)
    value: Any = parts["value"]
    many = value.count().cast("float64")
    found = parts.aggregate(centre=sums.mean(parts), top=value.abs().max(), many=many).view()
    beside: Any = rows.filter(rows["value"].notnull()).cross_join(found).view()
    apart = (beside["value"] - beside["centre"]) / beside["top"].nullif(0.0)
    squares: Any = beside.select("centre", "top", "many", value=apart * apart)
    squares = squares.filter(squares["value"].notnull()).view()
    # None is further from the mean than twice the largest value: no need to look for the largest.
    spread: Any = sums.parted_below(squares, exact(4.0), squares["many"])
    width = sums.mean(spread).sqrt() * spread["top"].max()
    return spread.aggregate(centre=spread["centre"].max(), width=width)
