"""Looks after the process of one job: its lease, its limits, its last lines, and Stop.

Stop is a flag that the work looks at, then a request to end, then the end.
"""

import logging
import subprocess
import time
from dataclasses import dataclass, field

import psutil

from mll_core.domain.errors import Conflict, NoRoom
from mll_core.domain.job import JobStatus
from mll_core.infra import processes
from mll_core.infra.job_logs import JobLogs, Tail
from mll_core.infra.jobs import Claim, JobQueue
from mll_core.infra.limits import Limits

LOG = logging.getLogger("mll.worker")
BEAT = 2.0
"""Seconds between two renewals of the lease."""
ASK_AFTER = 2.8
"""Seconds that the work has to stop by itself."""
KILL_AFTER = 3.4
LOST_AFTER = 5.0
"""Seconds a child may still live when its lease is lost: it may just be ending."""


@dataclass
class Guard:
    """One job, the process that does it, and what is known of both."""

    jobs: JobQueue
    claim: Claim
    child: subprocess.Popen[bytes]
    limits: Limits
    tail: Tail
    logs: JobLogs
    beat: float = field(default_factory=time.monotonic)
    stop_seen: float | None = None
    lost_seen: float | None = None
    seen: set[psutil.Process] = field(default_factory=set)
    held: int = 0
    """Bytes that the family holds in memory."""

    @property
    def over(self) -> bool:
        """Whether the process has ended."""
        return self.child.poll() is not None

    @property
    def ended_by_force(self) -> bool:
        """Whether it was killed, by whomever, instead of ending by itself."""
        return self.child.returncode not in (None, 0, 1)

    @property
    def still_to_come(self) -> float:
        """Megabytes it is estimated to take beyond what it holds by now."""
        return max(0.0, (self.claim.job.megabytes or 0.0) - self.held / 1e6)

    def look(self, *, stopping: bool) -> None:
        """One look; ends the process when it must be."""
        members = processes.members(self.child.pid)
        self.seen |= members
        self.held = processes.resident(members)
        if fault := self.limits.passed_by(self.held):
            self._fail(fault)
            return
        if stopping:
            self.stop_seen = self.stop_seen or time.monotonic()
            self._press(time.monotonic() - self.stop_seen)
        if time.monotonic() - self.beat >= BEAT:
            self._renew()

    def close(self, *, blame: bool = True) -> None:
        """Clear up after the process; what it left of its job goes back in line, or fails."""
        processes.kill_family(self.child, self.seen)
        try:
            self._keep(self.tail.end())
            self.jobs.release(self.claim, blame=blame)
        except (Conflict, NoRoom):
            LOG.exception("job %s is left to its lease", self.claim.job.id)

    def _renew(self) -> None:
        self.beat = time.monotonic()
        try:
            self.jobs.heartbeat(self.claim)
            self._keep(self.tail.news())
        except NoRoom:  # a full disk may have room again before the lease is over
            LOG.warning("job %s: the lease cannot be renewed", self.claim.job.id, exc_info=True)
        except Conflict:
            self._lost()
        else:
            self.lost_seen = None

    def _keep(self, text: str | None) -> None:
        if text is not None:
            self.logs.keep(self.claim.job.id, text)

    def _fail(self, fault: dict[str, str]) -> None:
        try:
            self.jobs.finish(self.claim, JobStatus.FAILED, fault["message"], error=fault)
        except (Conflict, NoRoom):
            LOG.warning("job %s: %s", self.claim.job.id, fault["message"], exc_info=True)
        processes.kill_family(self.child, self.seen)

    def _lost(self) -> None:
        """Finished in this very moment, or taken over while we were frozen: then it must end."""
        self.lost_seen = self.lost_seen or time.monotonic()
        if time.monotonic() - self.lost_seen > LOST_AFTER:
            processes.kill_family(self.child, self.seen)

    def _press(self, waited: float) -> None:
        if waited > KILL_AFTER:
            processes.kill_family(self.child, self.seen)
        elif waited > ASK_AFTER:
            processes.ask_to_end(self.child)
