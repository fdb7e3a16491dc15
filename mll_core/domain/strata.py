"""How numbers are grouped so that every part of the rows gets its share of each group."""

from mll_core.domain.value import Value

TENTHS = tuple(round(0.1 * i, 1) for i in range(1, 10))


class Strata(Value):
    """Cut at ``levels``, shares of the rows from the lowest on; equal values stay together.

    ``each``: values that many rows have are a group by themselves. ``words``: what that comes to,
    behind "drawn".
    """

    levels: tuple[float, ...] = TENTHS
    each: bool = False
    words: str = "evenly from low to high values of the target"


EVEN = Strata()
