"""What the harnesses proved, one line each; printed at the end, written where MLL_PROOF says."""

import os
import time
from dataclasses import dataclass, field

SEED = int(os.environ.get("MLL_SEED", "20260101"))
SLICE = 20.0
"""Seconds that one harness may take in a normal test run."""
LINES: list[str] = []


@dataclass
class Proof:
    """One line of the proof."""

    promise: str = ""
    said: str = ""
    started: float = field(default_factory=time.monotonic)

    def over(self, full: bool) -> bool:
        """Whether the time of a slice is up; the full numbers take as long as they take."""
        return not full and time.monotonic() - self.started > SLICE

    def tell(self, promise: str, said: str) -> None:
        """Say what was proved."""
        self.promise, self.said = promise, said

    def write(self, seconds: float) -> None:
        """Add the line; nothing when the harness failed before it had something to say."""
        if self.said:
            LINES.append(f"| {self.promise} | {self.said} | {SEED} | {seconds:.1f} |")
