"""How much a harness does, and what it adds to the proof, also when it failed."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

FULL = os.environ.get("MLL_PROMISES") == "full"
SEED = int(os.environ.get("MLL_SEED", "20260101"))
SLICE = 6.0
"""Seconds that one harness may go on trying in a normal test run."""


@dataclass(frozen=True)
class Proved:
    """What one harness found; ``state``: slice, full, missed (a goal) or FAILED."""

    promise: int
    said: str
    state: str
    seconds: float


PROVED: list[Proved] = []


def amount(small: int, full: int) -> int:
    """How many, in the slice of the normal run or with the full numbers."""
    return full if FULL else small


def busy() -> float:
    """How many times the work it can do the machine has now; 1 when it has time to spare."""
    return max(1.0, psutil.getloadavg()[0] / (psutil.cpu_count() or 1))


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


@contextmanager
def tally(promise: int, what: str) -> Iterator[Tally]:
    """Count in here; one line says what came of it."""
    counts = Tally()
    state = "FAILED"
    try:
        yield counts
        state = "missed" if counts.missed else "full" if FULL else "slice"
    finally:
        PROVED.append(Proved(promise, f"{what}: {counts}", state, counts.seconds))
