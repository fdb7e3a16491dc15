"""The rows a step learns from when it cannot look at all of them."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis.expr.types as ir

LARGEST = 1e38
"""Beyond this a number counts as this: models keep numbers in 32 bits."""


def drawn(table: ir.Table, most: int) -> ir.Table:
    """At most ``most`` rows, chosen and ordered by what is in them, wherever they stand.

    Adding or leaving out a row changes nothing about the others.
    """
    codes = [table[name].hash().fill_null(0) for name in table.columns]
    # Hashed again each time, so that equal columns do not cancel each other out.
    code = reduce(lambda all_, one: (all_.hash() ^ one).hash(), codes[1:], codes[0].hash())
    return table.order_by([code, *(table[name] for name in table.columns)]).limit(most)


def known(column: ir.Value) -> Any:
    """The numbers of ``column`` that teach something: infinite ones are NULL, huge ones cut."""
    values: Any = column.cast("float64")
    return bounded(values.nullif(float("inf")).nullif(float("-inf")))


def bounded(values: Any) -> Any:
    """Numbers cut to what a model can take."""
    return values.clip(lower=-LARGEST, upper=LARGEST)


def finite(values: Sequence[Any]) -> list[float | None]:
    """Numbers as a query gave them; None for what is none."""
    read = [None if value is None else float(value) for value in values]
    return [value if value is not None and abs(value) <= LARGEST else None for value in read]
