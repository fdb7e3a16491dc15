"""What acting is worth at every threshold, and against what else could be done."""

from mll_core.domain.report import Stamp
from mll_core.domain.training import Interval
from mll_core.domain.value import Value


class Alternative(Value):
    """Something else that could be done: its name, what it is worth per case, how many it calls."""

    name: str
    value: Interval
    called: int | None = None


class Best(Value):
    """The threshold that is worth most on these rows.

    ``overstated``: by how much its value is too high for having been chosen on them; ``expected``
    is what is left, as far as resampling tells.
    """

    threshold: float
    value: float
    overstated: float
    expected: float


class Profit(Value):
    """Money per case at each threshold of the ladder, with a 95 % band that holds point by point.

    ``break_even``: the share of those called that must really be positive for acting to pay; None
    when it pays, or costs, whatever they are. ``pays``: the thresholds between which acting is
    worth more than doing nothing. ``room``: the threshold below which more are called than can be
    handled; None without a capacity.
    """

    currency: str
    thresholds: tuple[float, ...]
    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    in_use: float
    now: Interval
    idle: float
    others: tuple[Alternative, ...] = ()
    best: Best
    break_even: float | None = None
    pays: tuple[float, float] | None = None
    room: float | None = None
    handled: int | None = None
    """How many of the tested rows can be handled; None without a capacity."""
    sentences: tuple[str, ...] = ()
    stamp: Stamp
