"""Many quantiles of a column in one sort, wherever the rows stand."""

from itertools import pairwise

import ibis
import ibis.expr.types as ir

from mll_core.domain.step import Learned


def landmarks(table: ir.Table, column: str, parts: int) -> ir.Table:
    """The finite values of ``column`` between which its ``parts`` + 1 quantiles lie.

    One row per value: ``place`` from 0 in ascending order, ``of`` how many, ``value``. An aggregate
    per quantile would keep a copy of the column for each.
    """
    values = table[column].cast("float64").nullif(float("inf")).nullif(float("-inf"))
    known = table.select(value=values)
    known = known.filter(known["value"].notnull(), ~known["value"].isnan())
    placed = known.mutate(
        place=ibis.row_number().over(order_by=known["value"]).cast("int64"),
        of=known.count().over(ibis.window()).cast("int64"),
    ).view()
    place, steps = placed["place"], placed["of"] - 1
    first = (
        place * parts + steps - 1
    )  # a quantile lies in [place, place + 1) when ceil(..) is in it
    at = (first // steps.nullif(0)) * steps < (place + 1) * parts
    previous = ((first - parts) // steps.nullif(0)) * steps < place * parts
    return placed.filter((steps == 0) | at | previous).order_by("place")


def quantiles(rows: Learned, parts: int) -> list[float]:
    """The ``parts`` + 1 quantiles, from the smallest value to the largest; none of no values.

    Source: Hyndman & Fan (1996), definition 7, in the arithmetic of numpy.
    """
    if not rows:
        return []
    values = {int(row["place"] or 0): float(row["value"] or 0) for row in rows}
    last = int(rows[0]["of"] or 0) - 1
    found = []
    for part in range(parts + 1):
        place, rest = divmod(part * last, parts)
        low, high = values[place], values.get(place + 1, values[place])
        share = rest / parts
        found.append(low + (high - low) * share if rest else low)
    # Rounding must not turn the order around.
    return [max(a, b) for a, b in pairwise([found[0], *found])]
