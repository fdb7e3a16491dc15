"""The worker: takes jobs from the catalog, each in a child process of its own.

Any of the two may be killed at any moment: the lease of the job runs out, and the job goes back
in line. Stop is a flag the work looks at, then terminate, then kill.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mll_core import housekeeping
from mll_core.domain.errors import Conflict, InvalidParameter, MllError, NoRoom, Stopped
from mll_core.domain.job import JobStatus
from mll_core.infra.files import need_room
from mll_core.infra.jobs import Claim, JobQueue
from mll_core.infra.limits import Limits
from mll_core.infra.processes import ask_to_end, family, kill_family
from mll_core.project import Project
from mll_core.work import perform as perform_work
from mll_core.workspace import Workspace

LOG = logging.getLogger("mll.worker")
IDLE = 0.5
TROUBLE = 3.0
"""Seconds to wait when the catalog refuses: a full disk, a lock that somebody keeps."""
TICK = 0.25
BEAT = 2.0
TERMINATE_AFTER = 8.0
KILL_AFTER = 12.0
LOST_AFTER = 5.0
"""Seconds a child may still live when its lease is lost: it may just be ending."""
REPORT_EVERY = 0.4


def work(home: Path, *, once: bool = False) -> None:
    """Take jobs until the process is told to end; with ``once``, until there are none."""
    workspace = Workspace.open(home)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _sweep(workspace)
    while True:
        try:
            claim = workspace.jobs.claim()
        except (Conflict, NoRoom):
            LOG.exception("no job can be taken now")
            time.sleep(TROUBLE)
            continue
        if claim is None:
            if once:
                return
            time.sleep(IDLE)
            continue
        LOG.info("job %s: %s for %s", claim.job.id, claim.job.kind, claim.job.project)
        _watch(workspace.jobs, claim, _child(home, claim))


def _sweep(workspace: Workspace) -> None:
    try:
        LOG.info("swept: %s", housekeeping.sweep(workspace).to_json())
    except (MllError, OSError):
        LOG.exception("the sweep was broken off")  # it is done again at the next start


def _child(home: Path, claim: Claim) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "mll_core.worker", str(home), claim.job.id, str(claim.token)]
    threads = str(max(1, (os.cpu_count() or 2) - 1))
    environment = {"OMP_NUM_THREADS": threads, **os.environ}
    return subprocess.Popen(command, env=environment, **family())


def _watch(jobs: JobQueue, claim: Claim, child: subprocess.Popen[bytes]) -> None:
    """Keep the lease while the child lives; see that Stop stops; clear up after its death."""
    try:
        guard = _Guard(jobs, claim, child, Limits.of(claim.job.parameters))
        while child.poll() is None:
            try:
                child.wait(TICK)
            except subprocess.TimeoutExpired:
                guard.look()
        jobs.release(claim)
    except InvalidParameter as error:
        fault = {"message": str(error), "hint": error.hint, "id": ""}
        jobs.finish(claim, JobStatus.FAILED, str(error), error=fault)
    except (Conflict, NoRoom):
        LOG.exception("job %s is left to its lease", claim.job.id)
    finally:
        if child.poll() is None:
            kill_family(child)


@dataclass
class _Guard:
    """Looks after one child: its lease, its limits, and whether somebody pressed Stop."""

    jobs: JobQueue
    claim: Claim
    child: subprocess.Popen[bytes]
    limits: Limits
    beat: float = field(default_factory=time.monotonic)
    stop_seen: float | None = None
    lost_seen: float | None = None

    def look(self) -> None:
        """One look; ends the child when it must be."""
        if fault := self.limits.passed_by(self.child.pid):
            self._fail(fault)
            return
        if time.monotonic() - self.beat < BEAT and self.stop_seen is None:
            return
        self.beat = time.monotonic()
        try:
            stopping = self.jobs.heartbeat(self.claim)
        except NoRoom:
            LOG.warning("job %s: the lease cannot be renewed", self.claim.job.id, exc_info=True)
            return  # a full disk may have room again before the lease is over
        except Conflict:
            self._lost()
            return
        self.lost_seen = None
        if stopping:
            self.stop_seen = self.stop_seen or time.monotonic()
            self._press(time.monotonic() - self.stop_seen)

    def _fail(self, fault: dict[str, str]) -> None:
        try:
            self.jobs.finish(self.claim, JobStatus.FAILED, fault["message"], error=fault)
        except (Conflict, NoRoom):
            LOG.warning("job %s: %s", self.claim.job.id, fault["message"], exc_info=True)
        kill_family(self.child)

    def _lost(self) -> None:
        """Finished in this very moment, or taken over while we were frozen: then it must end."""
        self.lost_seen = self.lost_seen or time.monotonic()
        if time.monotonic() - self.lost_seen > LOST_AFTER:
            kill_family(self.child)

    def _press(self, waited: float) -> None:
        if waited > KILL_AFTER:
            kill_family(self.child)
        elif waited > TERMINATE_AFTER:
            ask_to_end(self.child)


class _Reporter:
    """Writes progress into the job's row, not more often than people can read it."""

    def __init__(self, jobs: JobQueue, claim: Claim) -> None:
        self._jobs = jobs
        self._claim = claim
        self._last = 0.0
        self._partial: dict[str, Any] | None = None

    def progress(self, share: float, message: str) -> None:
        """A Progress. Raises Stopped when somebody asked for it."""
        if time.monotonic() - self._last < REPORT_EVERY and self._partial is None:
            return
        self._last = time.monotonic()
        self._jobs.report(self._claim, share, message, self._partial)
        self._partial = None
        if self._jobs.get(self._claim.job.id).stop_requested:
            raise Stopped("Stopped on request.", hint="What was finished is kept.")

    def publish(self, partial: dict[str, Any]) -> None:
        """What there is so far, shown with the next progress."""
        self._partial = partial


def _mark_killed_runs(home: Path, project: str) -> None:
    """MLflow keeps what a killed process left RUNNING; it is told the truth."""
    from mll_core.infra.tracking import Tracker

    Tracker(home, project).reap()


def _need_room(project: Project) -> None:
    """Work writes about twice what it reads. Raises NoRoom."""
    data = project.results.data()
    need_room(project.rooms.home, 2 * data.bytes if data else 0)


def perform(home: Path, identity: str, token: int) -> int:
    """Do one job in this process; what it came to is in its row. 0 unless it was a bug."""
    workspace = Workspace.open(home)
    claim = Claim(workspace.jobs.get(identity), token)
    reporter = _Reporter(workspace.jobs, claim)
    job = claim.job
    try:
        project = workspace.project_of_job(job)
        if job.attempts > 1:
            _mark_killed_runs(home, job.project)
        _need_room(project)
        tell = (reporter.progress, reporter.publish)
        result = perform_work(project, job.kind, job.parameters, *tell)
    except Stopped as stopped:
        workspace.jobs.finish(claim, JobStatus.STOPPED, str(stopped))
    except MllError as error:
        fault = {"message": str(error), "hint": error.hint, "id": ""}
        workspace.jobs.finish(claim, JobStatus.FAILED, str(error), error=fault)
    except Exception:
        LOG.exception("error %s", identity[:8])
        what = "Something went wrong inside the workbench; your project is as it was."
        hint = f"The log has the details under {identity[:8]}."
        fault = {"message": what, "hint": hint, "id": identity[:8]}
        workspace.jobs.finish(claim, JobStatus.FAILED, what, error=fault)
        return 1
    else:
        workspace.jobs.finish(claim, JobStatus.DONE, "Done.", result=result)
    return 0


if __name__ == "__main__":
    from mll_core.infra.logs import redact_output, start_log
    from mll_core.infra.processes import be_nice, die_with_parent

    die_with_parent()
    be_nice()
    folder = Path(sys.argv[1])
    redact_output()
    start_log(folder, "worker")
    sys.exit(perform(folder, sys.argv[2], int(sys.argv[3])))
