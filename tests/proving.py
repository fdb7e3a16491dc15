"""How much a harness does, and what it adds to the proof, also when it failed."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import psutil

Thing = TypeVar("Thing")
FULL = os.environ.get("MLL_PROMISES") == "full"
SEED = int(os.environ.get("MLL_SEED", "20260101"))
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


def by_the_clock(proved: Sequence[Proved]) -> float:
    """Seconds in which at least one harness was at work; several may be at once."""
    total = end = 0.0
    for one in sorted(proved, key=lambda one: one.began):
        last = one.began + one.seconds
        total += max(0.0, last - max(end, one.began))
        end = max(end, last)
    return total


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
