"""Cut numbers into ranges."""

from itertools import pairwise
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain import draws
from mll_core.domain.columns import NewColumn, NumericColumn
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_MOST = 5_000


class BinNumbers(Step):
    """Make a column of ranges: "under 18", "18 to under 65", "65 and above".

    In: a numeric ``column``. Out: the same rows, one text column more; NULL gives NULL. A range
    holds its lower limit, not its upper one; the outer ranges are open.
    Learned: one row per limit, ``limit`` in the unit of ``column``: of its finite values the
    quantiles (equal rows), equal steps from the smallest to the largest (equal width), or where a
    regression tree that predicts the values from themselves cuts (gaps; of at most 5,000 values,
    drawn by what they are); own limits are not learned. Source of gaps: Breiman et al. (1984).
    """

    label: ClassVar[str] = "Cut numbers into ranges"
    topic: ClassVar[Topic] = Topic.NUMBERS
    also: ClassVar[str] = "bucket bins group discretise intervals age classes categories quantile"
    unlearned: ClassVar[str] = "give it limits of your own"
    kind: Literal["bin_numbers"] = "bin_numbers"
    column: NumericColumn = Field(description="Column to cut")
    how: Literal["equal rows", "equal width", "gaps", "own limits"] = Field(
        "equal rows", description="Where to cut; gaps: where the numbers lie apart (a tree)"
    )
    bins: int = Field(4, ge=2, le=50, description="How many ranges")
    limits: tuple[float, ...] = Field((), description="Own limits, such as 18 and 65")
    into: NewColumn = Field(description="Name of the new column")

    @model_validator(mode="after")
    def _own_limits(self) -> "BinNumbers":
        if self.how == "own limits" and not self.limits:
            raise ValueError("own limits: give at least one of limits")
        return self

    @property
    def learns(self) -> bool:
        return self.how != "own limits"

    def learn(self, table: ir.Table) -> ir.Table | None:
        values = table[self.column].cast("float64").nullif(float("inf")).nullif(float("-inf"))
        if self.how == "own limits":
            return None
        if self.how == "gaps":
            known = table.select(value=draws.known(table[self.column]))
            return draws.drawn(known.filter(known["value"].notnull()), _MOST)
        if self.how == "equal width":
            return table.aggregate(low=values.min(), high=values.max())
        inner = range(1, self.bins)
        return table.aggregate(**{f"q{n}": values.quantile(n / self.bins) for n in inner})

    def summarise(self, rows: Learned) -> Learned:
        if self.how == "gaps":
            values = draws.finite([row["value"] for row in draws.each(rows, _MOST)])
            gaps = _gaps([value for value in values if value is not None], self.bins)
            return tuple({"limit": limit} for limit in gaps)
        found = [value for value in rows[0].values() if value is not None]
        limits = [float(value) for value in found]
        if self.how == "equal width" and limits:
            low, high = limits
            steps = range(1, self.bins)
            limits = [low + (high - low) * (n / self.bins) for n in steps] if high > low else []
        return tuple({"limit": limit} for limit in sorted(set(limits)))

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        own = sorted(set(self.limits))
        limits = own if self.how == "own limits" else [float(row["limit"] or 0) for row in learned]
        values = table[self.column].cast("float64")
        cases = [
            (values < exact(limit), ibis.literal(label))
            for limit, label in zip(limits, _labels(limits), strict=False)
        ]
        last = ibis.literal(_labels(limits)[-1])
        ranges = ibis.cases(*cases, else_=last) if cases else last
        return table.mutate(values.notnull().ifelse(ranges, None).name(self.into))

    def sentence(self) -> str:
        own = ", ".join(f"{limit:g}" for limit in self.limits)
        how = f"at {own}" if self.how == "own limits" else f"into {self.bins} of {self.how}"
        return f"Make {self.into!r}: {self.column!r} cut {how}."


def _gaps(values: list[float], bins: int) -> list[float]:
    """Where a tree of so many leaves cuts to tell the values by themselves."""
    from sklearn.tree import DecisionTreeRegressor

    if not values:
        return []
    tree = DecisionTreeRegressor(max_leaf_nodes=bins, random_state=0)
    found = tree.fit([[value] for value in values], values).tree_
    inner = found.children_left >= 0
    return sorted(map(float, found.threshold[inner]))


def _labels(limits: list[float]) -> list[str]:
    if not limits:
        return ["any"]
    inner = [f"{low:.6g} to under {high:.6g}" for low, high in pairwise(limits)]
    return [f"under {limits[0]:.6g}", *inner, f"{limits[-1]:.6g} and above"]
