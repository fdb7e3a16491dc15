"""When a worker counts as dead: judged by clocks that nobody can set."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot() -> str:
    """What names this start of this machine; "" where the system has no such name."""
    known = sys.platform == "linux" and BOOT_ID.exists()
    return BOOT_ID.read_text(encoding="ascii").strip() if known else ""


@dataclass
class Watchman:
    """Judges leases; lives as long as the worker that asks.

    A lease of this boot is compared with the monotonic clock, which all processes of a boot share.
    The clock of another boot, or of another machine, says nothing here: such a lease has run out
    when nobody renewed it for as long as it lasts, by the watchman's own clock.
    """

    boot: str = field(default_factory=boot)
    _seen: dict[str, tuple[object, float]] = field(default_factory=dict)

    def is_over(self, job: str, until: float, of: str, length: float) -> bool:
        """Whether the lease of ``job`` is over: ``until`` by the monotonic clock of boot ``of``."""
        now = time.monotonic()
        if self.boot and of == self.boot:
            return until < now
        mark = (of, until)
        if self._seen.get(job, (None, 0.0))[0] != mark:
            self._seen[job] = (mark, now)
        return now - self._seen[job][1] >= length
