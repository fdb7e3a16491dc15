"""The worker: takes jobs from the catalog, each in a child process of its own, some side by side.

Any of them may be killed at any moment: the lease of the job runs out, and the job goes back in
line or fails, as its kind declares.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from mll_core import housekeeping
from mll_core.child import REAP
from mll_core.domain.errors import Conflict, InvalidParameter, MllError, NoRoom
from mll_core.domain.job import JobStatus
from mll_core.estimate import megabytes
from mll_core.guard import Guard
from mll_core.infra.admission import Room, size
from mll_core.infra.job_logs import JobLogs, Tail
from mll_core.infra.jobs import Claim
from mll_core.infra.limits import Limits, for_all_jobs, side_by_side
from mll_core.infra.processes import family, kill_family
from mll_core.infra.scales import Scales
from mll_core.infra.timetable import Timetable
from mll_core.work import KINDS
from mll_core.workspace import Workspace

LOG = logging.getLogger("mll.worker")
TICK = 0.2
EVERY = 0.5
"""Seconds between two looks into the catalog."""
TROUBLE = 3.0
"""Seconds to wait when the catalog refuses: a full disk, a lock that somebody keeps."""
REPEATABLE = frozenset(name for name, kind in KINDS.items() if kind.repeatable)


def work(home: Path, *, once: bool = False) -> None:
    """Take jobs until the process is told to end; with ``once``, until there are none."""
    worker = Worker(Workspace.open(home))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    worker.sweep()
    try:
        while worker.turn() or not once:
            time.sleep(TICK)
    finally:
        worker.end()


class Worker:
    """The jobs it does now, and the processes that do them."""

    module = "mll_core.child"
    """What a job's process runs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._jobs = workspace.jobs
        self._scales = Scales(workspace.database)
        self._logs = JobLogs(workspace.database)
        self._timetable = Timetable(workspace.database)
        self._guards: list[Guard] = []
        self._to_reap: set[str] = set()
        self._reaper: subprocess.Popen[bytes] | None = None
        self._looked = 0.0
        self._slots = side_by_side()
        self._memory = for_all_jobs()

    def sweep(self) -> None:
        """Put in order what dead processes left."""
        try:
            LOG.info("swept: %s", housekeeping.sweep(self._workspace).to_json())
        except (MllError, OSError):
            LOG.exception("the sweep was broken off")  # it is done again at the next start

    def turn(self) -> bool:
        """Look after every job, and take what there is room for; whether there is any work."""
        if time.monotonic() - self._looked < EVERY:
            self._look(set())
            return True
        self._looked = time.monotonic()
        try:
            self._look(self._jobs.stopping([guard.claim.job.id for guard in self._guards]))
            self._timetable.begin_due()
            self._weigh()
            while claim := self._jobs.claim(self._room()):
                self._start(claim)
            return bool(self._guards) or not self._scales.empty()
        except (Conflict, NoRoom):
            LOG.exception("no job can be taken now")
            self._looked += TROUBLE
            return True

    def end(self) -> None:
        """End every job's process; the jobs go back in line at once."""
        for guard in self._guards:
            guard.close(blame=False)
        if self._reaper is not None:
            kill_family(self._reaper)

    def _look(self, stopping: set[str]) -> None:
        for guard in self._guards:
            wanted = guard.claim.job.id in stopping or guard.stop_seen is not None
            if not guard.over:
                guard.look(stopping=wanted)
        for guard in [guard for guard in self._guards if guard.over]:
            self._guards.remove(guard)
            guard.close()
            if guard.ended_by_force:
                self._to_reap.add(guard.claim.job.project)
        self._reap()

    def _room(self) -> Room:
        available = psutil.virtual_memory().available / 1e6
        to_come = sum(guard.still_to_come for guard in self._guards)
        return Room(self._slots, self._memory, available - to_come, REPEATABLE)

    def _weigh(self) -> None:
        for job in self._scales.unweighed():
            needs = megabytes(self._workspace, job)
            if needs <= self._memory:
                self._scales.note(job, needs)
                continue
            can = f"this machine can give {size(self._memory)} to work"
            what = f"This needs about {size(needs)} of memory; {can} (too_big)."
            hint = "Take fewer rows or columns, or leave out the models that need most memory."
            fault = {"kind": "too_big", "message": what, "hint": hint, "id": ""}
            self._scales.refuse(job, fault)

    def _start(self, claim: Claim) -> None:
        job = claim.job
        try:
            limits = Limits.of(job.parameters)
        except InvalidParameter as error:
            fault = {"message": str(error), "hint": error.hint, "id": ""}
            self._jobs.finish(claim, JobStatus.FAILED, str(error), error=fault)
            return
        LOG.info("job %s: %s for %s", job.id, job.kind, job.project)
        may = {"MLL_JOB_MEMORY_MB": str(limits.megabytes)}
        child = self._child(job.id, str(claim.token), stdout=subprocess.PIPE, **may)
        assert child.stdout is not None
        tail = Tail(child.stdout, self._logs.of(job.id) if job.attempts > 1 else "")
        self._guards.append(Guard(self._jobs, claim, child, limits, tail, self._logs))

    def _reap(self) -> None:
        """Tell MLflow of killed runs: for one project after the other, when nothing is pressing."""
        if self._reaper is not None and self._reaper.poll() is None:
            return
        if self._to_reap and not any(guard.stop_seen for guard in self._guards):
            project = self._to_reap.pop()
            if (self._workspace.home / "mlflow").exists():
                self._reaper = self._child(REAP, project, stdout=None)

    def _child(self, *told: str, stdout: int | None, **known: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", self.module, str(self._workspace.home), *told]
        environment = {**os.environ, **known, "PYTHONUNBUFFERED": "1"}
        errors = subprocess.STDOUT if stdout else None
        return subprocess.Popen(
            command,
            env=environment,
            stdout=stdout,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            **family(),
        )
