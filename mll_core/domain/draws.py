"""The rows a step learns from when it cannot look at all of them."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis.expr.types as ir

from mll_core.domain.step import Learned

LARGEST = 1e38
"""Beyond this a number counts as this: models keep numbers in 32 bits."""


def drawn(values: ir.Table, most: int) -> ir.Table:
    """At most ``most`` different rows of ``values``, and ``n``, how often each is there.

    Chosen and ordered by what is in them, wherever they stand: adding or leaving out a row changes
    nothing about the others. Rows that are alike take one place, so a column of few values is
    not drawn as one of them.
    """
    names = values.columns
    codes = [values[name].hash().fill_null(0) for name in names]
    # Hashed again each time, so that equal columns do not cancel each other out.
    code = reduce(lambda all_, one: (all_.hash() ^ one).hash(), codes[1:], codes[0].hash())
    rows = values.mutate(_draw=code).view()
    first = rows.select("_draw").distinct().order_by("_draw").limit(most)
    kept = rows.semi_join(first, "_draw").view()
    counted = kept.group_by(["_draw", *names]).aggregate(n=kept.count())
    return counted.order_by(["_draw", *names]).select([*names, "n"])


def each(rows: Learned, most: int) -> Learned:
    """What was drawn, row by row: each as often as it is there, all together at most ``most``
    times; of more, each at least once and the frequent ones more often."""
    counts = [int(row["n"] or 1) for row in rows]
    again = sum(counts) - len(counts)
    share = min(1.0, (most - len(counts)) / again) if again else 1.0
    return tuple(
        row for row, n in zip(rows, counts, strict=True) for _ in range(1 + int((n - 1) * share))
    )


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
