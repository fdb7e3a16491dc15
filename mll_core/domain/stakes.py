"""What is at stake at every threshold: counts of all rows and of groups, and the money."""

from mll_core.domain.ladder import Ladder
from mll_core.domain.profit import Profit
from mll_core.domain.report import Stamp
from mll_core.domain.value import Value


class Stakes(Value):
    """The ladder of thresholds and, when the brief states values, the profit on it."""

    classes: tuple[str, str]
    in_use: float
    ladder: Ladder
    profit: Profit | None = None
    stamp: Stamp
