"""A made-up row of usual values, to show what a model is sent; it is nobody's own."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

SHARED_BY = 10
"""A value fewer rows hold may tell who somebody is; it is left out."""
_FIGURES = 3


def row(table: pa.Table, names: Iterable[str]) -> dict[str, Any]:
    """A value per column: the median of numbers, to three figures; of all others the commonest.

    None where no row has one, or where the commonest is held by fewer than ``SHARED_BY`` rows.
    """
    return {name: _value(table.column(name).combine_chunks()) for name in names}


def _value(values: pa.Array) -> Any:
    kind = values.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _median(values.cast(pa.float64()))
    if pa.types.is_dictionary(kind):
        values = values.cast(kind.value_type)
    return _commonest(values.drop_null())


def _median(values: pa.Array) -> float | None:
    known = values.filter(pc.is_finite(values).fill_null(False))
    if len(known) < SHARED_BY:
        return None
    return float(f"{pc.quantile(known, 0.5)[0].as_py():.{_FIGURES}g}")


def _commonest(values: pa.Array) -> Any:
    if not len(values):
        return None
    counted = pc.value_counts(values)
    value, times = max(
        ((c["values"].as_py(), c["counts"].as_py()) for c in _few(counted)), key=lambda c: c[1]
    )
    return value if times >= SHARED_BY else None


def _few(counted: pa.Array) -> pa.Array:
    """Only the largest count, and of those with the same the first by value."""
    most = pc.max(counted.field("counts"))
    largest = counted.filter(pc.equal(counted.field("counts"), most))
    return largest.take(pc.sort_indices(largest.field("values"))[:1])
