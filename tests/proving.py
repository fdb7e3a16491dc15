"""How much a harness does, and what it adds to the proof, also when it failed."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

Thing = TypeVar("Thing")
FULL = os.environ.get("MLL_PROMISES") == "full"
SEED = int(os.environ.get("MLL_SEED", "20260101"))
OURSELVES = Path("/proc/thread-self")
LOOK = 0.1
Span = tuple[float, float]
"""Begin and end, by the clock of the machine, in seconds."""
SLICE = 2.0
"""Seconds that one harness may go on trying in a normal test run."""


@dataclass(frozen=True)
class Proved:
    """What one harness found; ``state``: slice, full, missed (a goal) or FAILED."""

    promise: int
    said: str
    state: str
    seconds: float
    began: float = 0.0
    """By the clock of the machine, in seconds."""


PROVED: list[Proved] = []


def amount(small: int, full: int) -> int:
    """How many, in the slice of the normal run or with the full numbers."""
    return full if FULL else small


def waited(thread: Path = OURSELVES) -> float:
    """Seconds for which a thread wanted a core and others had them, as the kernel counts it.

    That is what a busy machine costs and no more, so a limit of time holds for what is left
    without it: next to nothing is taken off on a quiet machine. 0 where nobody counts.
    """
    try:
        return int((thread / "schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):  # another system, or it has ended
        return 0.0


class Waits:
    """When threads waited for a core while the block ran, also such as came or ended meanwhile."""

    def __init__(self, threads: Callable[[], Iterable[Path]]) -> None:
        self._threads = threads
        self._known = {thread: waited(thread) for thread in threads()}
        self._spans: list[Span] = []
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Waits":
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            for thread in self._threads():
                total, now = waited(thread), time.time()
                more = total - self._known.get(thread, 0.0)
                self._known[thread] = max(total, self._known.get(thread, 0.0))
                self._spans += [(now - more, now)] if more > 0 else []

    def between(self, begin: float, end: float) -> float:
        """Seconds of that time, by the clock, in which at least one of them waited."""
        return covered((max(one, begin), min(other, end)) for one, other in self._spans)


def threads(process: int) -> list[Path]:
    """All threads of a process; none when it has ended or the system does not tell."""
    try:
        return list(Path(f"/proc/{process}/task").iterdir())
    except OSError:
        return []


def family(matters: Callable[[psutil.Process], bool] = lambda _: True) -> list[Path]:
    """The first threads of the processes that this one started, of those that matter."""
    found = []
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has ended meanwhile
            found += [Path(f"/proc/{one.pid}")] if matters(one) else []
    return found


class Tally(Counter[str]):
    """Counts of what was tried and found, and a sentence where counts do not say it all."""

    def __init__(self) -> None:
        super().__init__()
        self.started = time.monotonic()
        self.words = ""
        self.goals: list[str] = []
        self.missed = False

    def over(self) -> bool:
        """Whether the time of a slice is up; the full numbers take as long as they take."""
        return not FULL and self.seconds > SLICE

    def some(self, things: Sequence[Thing], least: int = 1) -> Iterator[Thing]:
        """All of them; in a slice, in an order by the seed until its time is up, or ``least``."""
        order = list(things) if FULL else random.Random(SEED).sample(things, len(things))
        for number, thing in enumerate(order):
            if self.over() and number >= least:
                return
            yield thing

    def say(self, words: str) -> None:
        """Say what was proved in a sentence; the counts follow it."""
        self.words = words

    def goal(self, met: bool, words: str) -> None:
        """Say how a figure stands to its goal; one that is missed leaves the promise unproved."""
        self.goals.append(f"{words}: {'met' if met else 'MISSED'}")
        self.missed |= not met

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.started

    def __str__(self) -> str:
        counts = ", ".join(f"{number:,} {name}" for name, number in self.items())
        return "; ".join(part for part in (*self.goals, self.words, counts) if part)


def covered(spans: Iterable[Span]) -> float:
    """Seconds that lie in at least one of the spans."""
    total, last = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(last, begin))
        last = max(end, last)
    return total


def by_the_clock(proved: Sequence[Proved]) -> float:
    """Seconds in which at least one harness was at work; several may be at once."""
    return covered((one.began, one.began + one.seconds) for one in proved)


@contextmanager
def tally(promise: int, what: str) -> Iterator[Tally]:
    """Count in here; one line says what came of it."""
    counts = Tally()
    state = "FAILED"
    try:
        yield counts
        state = "missed" if counts.missed else "full" if FULL else "slice"
    finally:
        began = time.time() - counts.seconds
        PROVED.append(Proved(promise, f"{what}: {counts}", state, counts.seconds, began))
