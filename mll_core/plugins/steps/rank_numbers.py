"""Replace numbers by their rank."""

from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import quantiles
from mll_core.domain.columns import NumericColumn
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_PARTS = 100


class RankNumbers(Step):
    """Put in the place of each number the share of training rows below it: 0 to 1, evenly spread.

    In: a numeric ``column``. Out: the same rows, ``column`` as float64 from 0 to 1, read off
    between percentiles along straight lines; NULL stays NULL.
    Learned: one row per percentile, ``value``, in the unit of ``column``, of its finite values;
    none if it held none, and then every value becomes NULL.
    Source: scikit-learn, QuantileTransformer with 101 quantiles; of equal percentiles the highest.
    """

    label: ClassVar[str] = "Replace numbers by their rank"
    topic: ClassVar[Topic] = Topic.NUMBERS
    also: ClassVar[str] = "order percentile quantile position"
    kind: Literal["rank_numbers"] = "rank_numbers"
    column: NumericColumn = Field(description="Column to rank")

    def learn(self, table: ir.Table) -> ir.Table:
        return quantiles.landmarks(table, self.column, _PARTS)

    def summarise(self, rows: Learned) -> Learned:
        return tuple({"value": value} for value in quantiles.quantiles(rows, _PARTS))

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        return {name: unit for name, unit in known.items() if name != self.column}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        values = table[self.column].cast("float64")
        cuts = [float(row["value"] or 0) for row in learned]
        if not cuts:
            nothing = (values.isnull() & values.notnull()).ifelse(values, None)
            return table.mutate(nothing.name(self.column))
        cases = [(values.isnull(), ibis.null("float64")), (values < exact(cuts[0]), exact(0.0))]
        for place, (low, high) in enumerate(pairwise(cuts)):
            if low < high:
                within = (values - exact(low)) / exact(high - low)
                cases.append((values < exact(high), (within + place) / _PARTS))
        return table.mutate(ibis.cases(*cases, else_=exact(1.0)).name(self.column))

    def sentence(self) -> str:
        return f"Replace {self.column!r} by the share of training rows below it."
