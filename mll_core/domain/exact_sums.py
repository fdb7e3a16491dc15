"""Sums that come out bit for bit the same in whatever order an engine adds.

Floating sums do not: the last bits change with the rows that stand around. So a number is counted
as a whole part and a rest of 18 decimals, both of which add exactly.
"""

from typing import Any

import ibis

MOST = 1e15
"""Numbers of this size and beyond count as missing here, as infinite ones do."""


def countable(values: Any) -> Any:
    """The same numbers as float64; NULL for those that are infinite or ``MOST`` and beyond."""
    numbers = values.cast("float64")
    return (numbers.abs() < MOST).ifelse(numbers, ibis.null("float64"))


def whole(numbers: Any) -> Any:
    """The nearest whole number to each of the countable ``numbers``."""
    return numbers.cast("decimal(38, 0)")


def rest(numbers: Any) -> Any:
    """What is left of them, to 18 decimals."""
    return (numbers - whole(numbers).cast("float64")).cast("decimal(38, 18)")


def total(wholes: Any, rests: Any, over: Any) -> Any:
    """The sum within a window as float64; NULL where there is no number."""
    return wholes.sum().over(over).cast("float64") + rests.sum().over(over).cast("float64")


def figure(values: Any, name: str) -> Any:
    """A figure of a group, such as ``median``; ``sum`` and ``mean`` the same in any order.

    Where a number is infinite or ``MOST`` and beyond, they are as the engine adds.
    """
    if name not in ("sum", "mean"):
        return getattr(values, name)()
    known = countable(values)
    exact = whole(known).sum().cast("float64") + rest(known).sum().cast("float64")
    added = (known.count() == values.count()).ifelse(exact, values.sum())
    return added if name == "sum" else added / values.count().nullif(0).cast("float64")
