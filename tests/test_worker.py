import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import projects

from mll_core.domain.job import Job, JobStatus
from mll_core.infra import events
from mll_core.workspace import Workspace

SLOW = {
    "train.models": [{"kind": "lightgbm", "trees": 800}, {"kind": "prior"}],
    "train.trials": None,
}


@contextmanager
def worker(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "mll_core.cli", "worker", "--home", str(home)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(what: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def start(workspace: Workspace, **changes: object) -> tuple[Job, Callable[[], Job]]:
    project = workspace.project("customers")
    project.history.edit({"split.seed": 7, "train.budget_seconds": 12, **SLOW, **changes})
    job = project.submit("run", until="train")
    return job, lambda: workspace.jobs.get(job.id)


def test_killed_in_mid_training_the_job_is_done_once_and_nothing_else_is_lost(
    tmp_path: Path,
) -> None:
    workspace = projects.finished(tmp_path)
    before = workspace.project("customers")
    champion, report = before.champion(), before.report()
    job, look = start(workspace)
    with worker(workspace.home) as first:
        until(lambda: "fold" in look().message)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    assert look().status is JobStatus.RUNNING
    with worker(workspace.home):
        until(lambda: not look().status.live)
    assert look().status is JobStatus.DONE
    assert look().attempts == 2
    after = workspace.project("customers")
    training = after.results.training()
    assert training is not None
    assert training.run_id == (look().result or {})["run_id"]
    assert (after.champion(), after.report()) == (champion, report)
    assert events.first_broken(workspace.database) is None
    done = [e for e in workspace.events("customers") if e.detail.get("job") == job.id]
    assert [e.kind for e in done] == ["job.done", "job.queued"]


def test_a_child_that_is_killed_alone_is_started_again(tmp_path: Path) -> None:
    workspace = projects.finished(tmp_path)
    _, look = start(workspace)
    with worker(workspace.home) as process:
        until(lambda: "fold" in look().message)
        (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)
        until(lambda: not look().status.live)
    assert look().status is JobStatus.DONE
    assert look().attempts == 2


def test_stop_ends_training_within_seconds_and_keeps_what_was_finished(tmp_path: Path) -> None:
    workspace = projects.finished(tmp_path)
    job, look = start(workspace, **{"train.budget_seconds": 300})
    with worker(workspace.home):
        until(lambda: "fold" in look().message and bool(look().result))
        pressed = time.monotonic()
        workspace.jobs.stop(job.id)
        until(lambda: not look().status.live, 25)
    assert time.monotonic() - pressed < 20
    assert look().status in (JobStatus.STOPPED, JobStatus.DONE)


def test_a_refusal_is_the_jobs_error_with_its_hint(tmp_path: Path) -> None:
    workspace = projects.finished(tmp_path)
    job = workspace.project("customers").submit("monitor", current="nowhere.csv")
    with worker(workspace.home):
        until(lambda: not workspace.jobs.get(job.id).status.live)
    failed = workspace.jobs.get(job.id)
    assert failed.status is JobStatus.FAILED
    assert failed.error
    assert "nowhere.csv" in failed.error["message"]
    assert failed.error["hint"]
