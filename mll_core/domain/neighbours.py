"""What the rows nearest to a row have, as an expression over lists of learned rows."""

from typing import Any

import ibis

from mll_core.domain import lists
from mll_core.domain.literals import exact


def nearest(row: Any, found: dict[str, list[Any]], count: int) -> Any:
    """The mean value of the ``count`` nearest learned rows; of ``levels`` the number of the most
    frequent, or of equally frequent ones the nearest. NULL when no row can be compared.

    ``found``: by column ``i`` the learned numbers ``x<i>``, their ``widths`` and, where some were
    missing, ``known<i>`` (1 or 0). ``row``: a named record of those lists, of the learned ``value``
    and of the row itself: ``r<i>``, and ``has<i>`` (1 or 0).
    """

    def reference(at: Any) -> Any:
        return ibis.struct({"apart": _apart(row, at, found), "value": lists.at(row["value"], at)})

    rows = ibis.range(0, len(found["value"])).map(reference)
    near = rows.filter(lambda one: one["apart"].notnull()).sort()[:count]
    values = near.map(lambda one: one["value"])
    return lists.named({"near": values}, _vote if "levels" in found else _mean)


def _apart(row: Any, at: Any, found: dict[str, list[Any]]) -> Any:
    """The mean of squared differences over the columns both rows have; NULL for none."""
    total, count = exact(0.0), exact(0.0)
    for i, width in enumerate(found["widths"]):
        both = (
            row[f"has{i}"] * lists.at(row[f"known{i}"], at)
            if f"known{i}" in found
            else row[f"has{i}"]
        )
        difference = (row[f"r{i}"] - lists.at(row[f"x{i}"], at)) / exact(width)
        total, count = total + both * difference * difference, count + both
    return total / count.nullif(0.0)


def _mean(row: Any) -> Any:
    return row["near"].sums() / row["near"].length()


def _vote(row: Any) -> Any:
    def counted(value: Any, place: Any) -> Any:
        count = row["near"].filter(lambda other: other == value).length()
        return ibis.struct({"fewer": -count, "place": place, "value": value})

    return row["near"].map(counted).sort()[0]["value"]
