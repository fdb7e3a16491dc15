"""Sums that do not depend on the order of the rows.

Added up side by side, the last digits of a sum differ from run to run. Here each number is parted
into whole grains, whose count is exact in any order, and a rest too small to matter.
"""

from typing import Any

import ibis.expr.types as ir

from mll_core.domain.literals import exact

_BITS = 52


def parted(values: ir.Table) -> ir.Table:
    """The rows of ``values`` whose float64 ``value`` is not NULL, and how it is parted; for
    ``mean``. Values must be finite."""
    known = values.filter(values["value"].notnull()).view()
    top: Any = known["value"].abs().max().as_scalar()
    many: Any = known.count().as_scalar().cast("float64")
    return parted_below(known, top, many)


def parted_below(known: ir.Table, top: Any, many: Any) -> ir.Table:
    """The same where it is known that ``many`` values, float64, are ``top`` at most."""
    # A power of two, so that whole numbers stay whole.
    power = top.nullif(0.0).log2().ceil() + many.nullif(0.0).log2().ceil() - _BITS
    grained = known.mutate(grain=exact(2.0) ** power.cast("float64")).view()
    parts: Any = grained.mutate(whole=(grained["value"] / grained["grain"]).round().cast("int64"))
    parts = parts.view()
    whole = parts["whole"].cast("float64") * parts["grain"]
    return parts.mutate(rest=parts["value"] - whole).view()


def mean(parts: ir.Table) -> Any:
    """The mean of ``parted`` rows, in an aggregation over all or by group; NULL of none."""
    table: Any = parts
    total = table["whole"].sum().cast("float64") * table["grain"].max() + table["rest"].sum()
    count = table["value"].count()
    return (count > 0).ifelse(total.fill_null(0.0) / count.cast("float64"), None)
