"""How much a harness does, and the line it adds to the proof, also when it failed."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from promises.proof import LINES, SEED

FULL = os.environ.get("MLL_PROMISES") == "full"
__all__ = ["FULL", "SEED", "amount", "tally"]


def amount(small: int, full: int) -> int:
    """How many, in the slice of the normal run or with the full numbers."""
    return full if FULL else small


@contextmanager
def tally(promise: int, what: str) -> Iterator[Counter[str]]:
    """Count in here; one line says what came of it."""
    counts: Counter[str] = Counter()
    start = time.monotonic()
    end = "FAILED"
    try:
        yield counts
        end = "full" if FULL else "slice"
    finally:
        seconds = time.monotonic() - start
        found = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        LINES.append(f"| {promise} | {what}: {found} ({end}) | {SEED} | {seconds:.1f} |")
