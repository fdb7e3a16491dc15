"""Spread numbers evenly or along a bell curve."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import lists, quantiles
from mll_core.domain.bell import bell
from mll_core.domain.columns import NumericColumn
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_EDGE = 1e-7
_LEAST = 1e-7 - 2.0**-52
_ABOVE_ALL = 1.7e308


class SpreadNumbers(Step):
    """Bring the values of ``column`` into an even or a bell shape, whatever shape they have.

    Only their order counts: the step undoes any skew and pulls in outliers.
    In: a numeric ``column``. Out: the same rows, ``column`` as float64: its place among the
    training rows from 0 to 1 (even), or the value of the standard normal at that place, from -5.2
    to 5.2 (bell). Equal values get the middle of their places; beyond the values seen it stays
    level; NULL stays NULL, and without any value to learn from all become NULL.
    Learned: ``parts`` + 1 quantiles in the unit of ``column``, of its finite values.
    Source: scikit-learn, QuantileTransformer with ``parts`` + 1 quantiles and all rows.
    """

    label: ClassVar[str] = "Spread numbers evenly or as a bell (quantile normalising)"
    topic: ClassVar[Topic] = Topic.NUMBERS
    also: ClassVar[str] = "quantile uniform normal gauss transform"
    kind: Literal["spread_numbers"] = "spread_numbers"
    column: NumericColumn = Field(description="Column to spread")
    shape: Literal["even", "bell"] = Field("bell", description="The shape it gets")
    parts: int = Field(100, ge=10, le=1000, description="How finely places are told apart")

    def learn(self, table: ir.Table) -> ir.Table:
        return quantiles.landmarks(table, self.column, self.parts)

    def summarise(self, rows: Learned) -> Learned:
        found = quantiles.quantiles(rows, self.parts)
        return lists.written(quantiles=found) if found else ()

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        return {name: unit for name, unit in known.items() if name != self.column}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        values: Any = table[self.column].cast("float64")
        if not learned:
            nothing = (values.isnull() & values.notnull()).ifelse(values, None)
            return table.mutate(nothing.name(self.column))
        cuts = lists.read(learned)["quantiles"]
        padded = cuts + [_ABOVE_ALL] * (lists.padded(len(cuts)) - len(cuts))
        inside = values.clip(lower=exact(cuts[0]), upper=exact(cuts[-1]))
        record = {"x": inside, "cuts": lists.numbers(padded)}
        place = lists.named(record, lambda row: self._place(row, len(cuts)))
        low, high = values <= exact(cuts[0]), values >= exact(cuts[-1])
        if self.shape == "bell":
            low = values - exact(_EDGE) < exact(cuts[0])
            high = values + exact(_EDGE) > exact(cuts[-1])
        new = ibis.cases((low, exact(0.0)), (high, exact(1.0)), else_=place)
        if self.shape == "bell":
            new = bell(new, _LEAST)
        return table.mutate(new.name(self.column))

    def _place(self, row: Any, count: int) -> Any:
        """The share of the quantiles below, read off along a straight line between two of them."""
        under = lists.below(row["x"], row["cuts"], count, equal=False)
        upto = lists.below(row["x"], row["cuts"], count, equal=True)
        return lists.named(
            {"x": row["x"], "cuts": row["cuts"], "under": under, "last": upto - 1},
            lambda at: _between(at) / exact(self.parts),
        )

    def sentence(self) -> str:
        shape = "evenly from 0 to 1" if self.shape == "even" else "along a bell curve"
        return f"Spread {self.column!r} {shape}, by its order in the training rows."


def _between(at: Any) -> Any:
    low, high = (lists.at(at["cuts"], at["last"] + more) for more in (0, 1))
    middle = (at["under"] + at["last"]).cast("float64") / exact(2.0)
    between = at["last"].cast("float64") + (at["x"] - low) / (high - low)
    return (at["x"] == low).ifelse(middle, between)
