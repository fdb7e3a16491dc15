"""Limits beyond which a number lies far from the others."""

from typing import Any, Literal

import ibis.expr.types as ir

from mll_core.domain.step import Learned

Fence = Literal["quartiles", "median", "quantiles"]
HOW = "Far by the middle half of the rows (IQR), by the usual distance (MAD), or by shares of rows"
DISTANCE = "With quartiles or the median: how many such distances are too far"
LOW, HIGH = (
    "With quantiles: the share of rows that is too low",
    "With quantiles: from which share on",
)


def fences(table: ir.Table, column: str, how: Fence, reach: tuple[float, float]) -> ir.Table:
    """One row, ``low`` and ``high`` in the unit of ``column``, of its finite values; NULL of none.

    ``quartiles``: the quartiles and ``reach[0]`` times the range between them (Tukey 1977).
    ``median``: the median and ``reach[0]`` times the median distance from it, times 1.4826, as if
    the values followed a bell (Iglewicz & Hoaglin 1993). ``quantiles``: those of the two shares
    ``reach`` (Hyndman & Fan 1996, definition 7).
    """
    values: Any = table[column].cast("float64").nullif(float("inf")).nullif(float("-inf"))
    if how == "quantiles":
        return table.aggregate(low=values.quantile(reach[0]), high=values.quantile(reach[1]))
    if how == "quartiles":
        low, high = values.quantile(0.25), values.quantile(0.75)
        far = (high - low) * reach[0]
        return table.aggregate(low=low - far, high=high + far)
    known: Any = table.select(value=values)
    middle = known["value"].quantile(0.5).as_scalar()
    apart = known.select("value", apart=(known["value"] - middle).abs())
    centre, far = apart["value"].quantile(0.5), apart["apart"].quantile(0.5)
    far = far * (1.4826 * reach[0])
    return apart.aggregate(low=centre - far, high=centre + far)


def bounded(rows: Learned) -> Learned:
    """The row without limits that are no numbers: those of values too far apart to be told."""
    finite = {
        name: value if value is not None and abs(float(value)) < float("inf") else None
        for name, value in rows[0].items()
    }
    return (finite,)
