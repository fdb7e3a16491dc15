"""What one job may take: memory and time."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from mll_core.domain.errors import InvalidParameter

CGROUP = Path("/sys/fs/cgroup/memory.max")
SHARE = 0.8
"""Part of the machine's memory that one job may take when nothing else is said."""
HOURS = 12.0
MEGABYTE = 1 << 20


def machine_memory() -> int:
    """Bytes of memory this process may count on: the machine's, or the container's."""
    total = int(psutil.virtual_memory().total)
    try:
        return min(total, int(CGROUP.read_text(encoding="ascii")))
    except (OSError, ValueError):  # no such limit, or "max"
        return total


def for_all_jobs() -> float:
    """Megabytes that jobs may take together: MLL_MEMORY_MB, else 80 % of the machine's."""
    return _number("MLL_MEMORY_MB") or SHARE * machine_memory() / MEGABYTE


def for_queries() -> float:
    """Megabytes that queries of one process may hold before they spill to the disk.

    MLL_QUERY_MEMORY_MB, else 40 % of the machine's, 3,000 at most.
    """
    return _number("MLL_QUERY_MEMORY_MB") or min(3_000, 0.4 * machine_memory() / MEGABYTE)


def side_by_side() -> int:
    """Jobs that may run at once: MLL_JOBS, else two, or one on a single core."""
    return max(1, int(_number("MLL_JOBS") or min(2, os.cpu_count() or 1)))


def _number(name: str) -> float | None:
    text = os.environ.get(name)
    try:
        return float(text) if text else None
    except ValueError as error:
        hint = f"Set {name} to a number, or leave it out."
        raise InvalidParameter(f"{name} is {text!r}, which is no number.", hint=hint) from error


@dataclass(frozen=True)
class Limits:
    """The most a job may take. Resident memory is counted, of the job's process and its children:
    a limit on addresses would refuse files that are only mapped."""

    megabytes: float
    seconds: float
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Limits":
        """By the job's ``memory_mb`` and ``deadline_seconds``, else MLL_JOB_MEMORY_MB and
        MLL_JOB_SECONDS, else 80 % of the machine's memory and 12 hours. Raises InvalidParameter."""
        memory = os.environ.get("MLL_JOB_MEMORY_MB") or SHARE * machine_memory() / MEGABYTE
        seconds = os.environ.get("MLL_JOB_SECONDS") or HOURS * 3600
        try:
            return cls(
                megabytes=float(parameters.get("memory_mb") or memory),
                seconds=float(parameters.get("deadline_seconds") or seconds),
            )
        except (TypeError, ValueError) as error:
            hint = "Look at MLL_JOB_MEMORY_MB, MLL_JOB_SECONDS and the job's parameters."
            raise InvalidParameter(f"A limit of a job is no number: {error}.", hint=hint) from error

    def passed_by(self, held: int) -> dict[str, str] | None:
        """The error of a job that holds so many bytes by now, with the limit it passed."""
        if time.monotonic() - self.started > self.seconds:
            what = f"The work was not done within its {self.seconds:,.0f} seconds (too_long)."
            hint = "Try fewer rows or a smaller budget, or set MLL_JOB_SECONDS higher."
            return {"kind": "too_long", "message": what, "hint": hint, "id": ""}
        used = held / MEGABYTE
        if used > self.megabytes:
            what = (
                f"The work took {used:,.0f} MB of memory; "
                f"its limit is {self.megabytes:,.0f} MB (out_of_memory)."
            )
            hint = "Try fewer rows or columns, or set MLL_JOB_MEMORY_MB higher."
            return {"kind": "out_of_memory", "message": what, "hint": hint, "id": ""}
        return None
