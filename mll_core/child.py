"""One job, done in a process of its own, which the worker started and may end at any moment."""

import faulthandler
import logging
import sys
import time
from pathlib import Path
from typing import Any

from mll_core.domain.errors import MllError, Stopped
from mll_core.domain.job import JobStatus
from mll_core.infra import owners
from mll_core.infra.jobs import Claim, JobQueue
from mll_core.work import perform as perform_work
from mll_core.workspace import Workspace

LOG = logging.getLogger("mll.job")
REPORT_EVERY = 0.4
REAP = "reap"


class _Reporter:
    """Writes progress into the job's row, not more often than people can read it."""

    def __init__(self, jobs: JobQueue, claim: Claim) -> None:
        self._jobs = jobs
        self._claim = claim
        self._last = 0.0
        self._said = ""
        self._partial: dict[str, Any] | None = None

    def progress(self, share: float, message: str) -> None:
        """A Progress. Raises Stopped when somebody asked for it."""
        if message != self._said:
            LOG.info("%3.0f %% %s", 100 * share, message)
            self._said = message
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


def perform(home: Path, identity: str, token: int) -> int:
    """Do one job in this process; what it came to is in its row. 0 unless it was a bug."""
    workspace = Workspace.open(home)
    claim = Claim(workspace.jobs.get(identity), token)
    reporter = _Reporter(workspace.jobs, claim)
    job = claim.job
    try:
        project = workspace.project_of_job(job)
        if job.attempts > 1:
            mark_killed_runs(home, job.project)
        tell = (reporter.progress, reporter.publish)
        result = perform_work(project, job.kind, job.parameters, *tell)
    except Stopped as stopped:
        workspace.jobs.finish(claim, JobStatus.STOPPED, str(stopped))
    except MllError as error:
        LOG.info("refused: %s", error)
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


def mark_killed_runs(home: Path, project: str) -> None:
    """MLflow keeps what a killed process left RUNNING; it is told the truth."""
    from mll_core.infra.tracking import Tracker

    Tracker(home, project).reap()


def main(arguments: list[str]) -> int:
    """``HOME JOB TOKEN`` does a job; ``HOME reap PROJECT`` clears up after one that was killed."""
    from mll_core.infra.logs import redact_output, start_log
    from mll_core.infra.processes import be_nice, die_with_parent

    die_with_parent()
    be_nice()
    faulthandler.enable(sys.__stderr__ or sys.stderr)
    redact_output()
    home = Path(arguments[0])
    start_log(home, "worker")
    if arguments[1] == REAP:
        owners.clear(home / "tmp")
        mark_killed_runs(home, arguments[2])
        return 0
    said = logging.StreamHandler(sys.stdout)
    said.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logging.getLogger().addHandler(said)
    return perform(home, arguments[1], int(arguments[2]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
