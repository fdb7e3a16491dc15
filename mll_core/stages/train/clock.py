"""What a search may spend: seconds, or a number of settings."""

import time
from collections.abc import Callable
from typing import Protocol

Now = Callable[[], float]
"""Seconds since some moment; computing may be counted instead of the clock."""

OPENING = 6.0
"""Seconds that opening MLflow takes, once per process, where this one has a core for itself."""
SLOWEST, MOST_OPENING = 3.0, 0.2
"""So many times that is kept on a busy machine, and at most this share of the time."""
TELLING = 1.2
"""Seconds that keeping the model and telling MLflow of it take at the least."""
LAST_FIT = 1.5
"""A fit on all rows takes about so many times as long as one in a fold."""


class Budget(Protocol):
    """What is left to spend on settings, baselines not counted."""

    @property
    def left(self) -> float:
        """Seconds to spend; infinite where they do not count, 0 when all is spent."""

    @property
    def whole(self) -> float:
        """Seconds in all; infinite where they do not count."""

    @property
    def kept(self) -> float:
        """Seconds kept for the last fits."""

    @property
    def rest(self) -> float:
        """Seconds until all has to be done but keeping and telling it."""

    @property
    def share(self) -> float:
        """How much is spent, from 0 to 1."""

    @property
    def measures(self) -> bool:
        """Whether it matters how long a fit takes."""

    def taken(self, *, must: bool) -> str:
        """Take one more; or why there is none left. ``must``: one that cannot be left out."""

    def keep_for(self, seconds: float, *, opened: bool) -> None:
        """Keep seconds for the last fits, for storing them, and for opening MLflow."""


class Clock:
    """A budget in seconds since ``started``, as ``now`` tells them."""

    measures = True

    def __init__(
        self, budget: float, started: float, now: Now = time.monotonic, ready: float = 0.0
    ) -> None:
        """``ready``: seconds that it takes to prepare all rows for the last fits."""
        self.whole, self._started, self._now, self.kept = budget, started, now, 0.0
        self._end = min(3.0, 0.1 * budget) + ready
        self._opening = min(OPENING, 0.1 * budget)
        self._reserve = self._end + self._opening
        self._began, self._computed = now(), time.process_time()

    @property
    def left(self) -> float:
        """Seconds that may still be spent on candidates."""
        return self.whole - self._reserve - self._spent

    @property
    def rest(self) -> float:
        """Seconds that the last fits and what comes after may take."""
        return self.whole - min(TELLING, 0.02 * self.whole) - self._spent

    @property
    def share(self) -> float:
        """Time that is over."""
        return self._spent / self.whole

    def taken(self, *, must: bool) -> str:
        """Empty while there is time."""
        return "" if must or self.left > 0 else "The time was spent before its turn."

    def keep_for(self, seconds: float, *, opened: bool) -> None:
        """Less is left from now on."""
        self.kept = seconds
        opening = min(self._opening * self._slow, max(self._opening, MOST_OPENING * self.whole))
        self._reserve = self._end + seconds + (0.0 if opened else opening)

    @property
    def _slow(self) -> float:
        """How many times as long everything takes because others compute here too."""
        waited, computed = self._now() - self._began, time.process_time() - self._computed
        return max(1.0, min(SLOWEST, waited / max(computed, 1e-3)))

    @property
    def _spent(self) -> float:
        return self._now() - self._started


class Count:
    """A budget in settings: how fast the machine is decides nothing."""

    measures = False
    whole = kept = rest = float("inf")

    def __init__(self, trials: int) -> None:
        self._trials, self._tried = trials, 0

    @property
    def left(self) -> float:
        """As long as it takes, until all settings were tried."""
        return 0.0 if self._tried >= self._trials else float("inf")

    @property
    def share(self) -> float:
        """Settings tried."""
        return self._tried / self._trials

    def taken(self, *, must: bool) -> str:
        """Empty while there are settings to try; none is exempt."""
        if self._tried >= self._trials:
            return f"All {self._trials} settings to try were used up before its turn."
        self._tried += 1
        return ""

    def keep_for(self, seconds: float, *, opened: bool) -> None:
        """Nothing to keep."""
