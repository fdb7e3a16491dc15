"""Stop ends any work within seconds, whatever it is doing, and everything it started."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import odd_jobs
import psutil
import pytest
from test_worker import until

from mll_core.domain.document import Document
from mll_core.domain.job import Job, JobStatus
from mll_core.workspace import Workspace

HERE = Path(__file__).parent
SECONDS = 5.0


@contextmanager
def odd_worker(home: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """The real worker, with kinds of work that do not want to end."""
    paths = os.pathsep.join(map(str, (HERE, HERE.parent)))
    command = [sys.executable, str(HERE / "odd_jobs.py"), str(home)]
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": paths, **environment}, start_new_session=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def projects(workspace: Workspace, names: list[str]) -> None:
    for name in names:
        workspace.rooms.projects.create(Document(name=name), "created")


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


EVERY = (*(kind.__name__ for kind in odd_jobs.FOREVER), odd_jobs.IMPORTING)
HARDEST = ("reporting", "deaf", "frozen", "ancestor", odd_jobs.IMPORTING)


@pytest.mark.parametrize(
    ("portable", "kinds"), [("0", EVERY), ("1", HARDEST)], ids=["posix", "fallback"]
)
def test_stop_ends_whatever_a_job_is_doing_within_five_seconds(
    tmp_path: Path, portable: str, kinds: tuple[str, ...]
) -> None:
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    projects(workspace, list(kinds))
    markers, jobs = {}, {}
    (workspace.home / odd_jobs.IMPORTING).mkdir()
    for kind in kinds:
        markers[kind] = tmp_path / f"{kind}.ready"
        jobs[kind] = workspace.jobs.submit(kind, kind, {"ready": str(markers[kind])})
    importing = workspace.home / odd_jobs.IMPORTING / jobs[odd_jobs.IMPORTING].id
    importing.touch()
    markers[odd_jobs.IMPORTING] = importing.with_suffix(".ready")
    took: dict[str, float] = {}
    environment = {"MLL_JOBS": "9", "MLL_MEMORY_MB": "100000", "MLL_PORTABLE": portable}
    with odd_worker(workspace.home, **environment) as worker:
        until(lambda: all(marker.exists() for marker in markers.values()))
        family = {p.pid for p in psutil.Process(worker.pid).children(recursive=True)}
        family |= {int(p) for p in Path(f"{markers['ancestor']}.pids").read_text().split()}
        pressed = time.monotonic()
        for job in jobs.values():
            workspace.jobs.stop(job.id)

        def look() -> bool:
            for kind, job in jobs.items():
                if kind not in took and not workspace.jobs.get(job.id).status.live:
                    took[kind] = time.monotonic() - pressed
            return len(took) == len(jobs)

        until(look, 30)
        until(lambda: not any(lives(pid) for pid in family), 3)
    print({kind: round(seconds, 1) for kind, seconds in took.items()})
    assert {workspace.jobs.get(job.id).status for job in jobs.values()} == {JobStatus.STOPPED}
    assert max(took.values()) <= SECONDS, took
    assert took["reporting"] < 3


def over(workspace: Workspace, jobs: list[Job]) -> bool:
    return not any(workspace.jobs.get(job.id).status.live for job in jobs)


def test_as_many_jobs_run_side_by_side_as_there_is_room_for_and_all_run(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    projects(workspace, ["a", "b", "c", "d"])
    jobs = [workspace.jobs.submit(name, "hungry", {"seconds": 2}) for name in "abcd"]
    waited = set()
    with odd_worker(workspace.home, MLL_JOBS="3", MLL_MEMORY_MB="1500"):  # two of 700 MB

        def look() -> bool:
            waited.update(workspace.jobs.get(job.id).message for job in jobs)
            return over(workspace, jobs)

        until(look)
    spans = [workspace.jobs.get(job.id).result or {} for job in jobs]
    moments = [span["started"] for span in spans]
    beside = [sum(s["started"] <= m < s["ended"] for s in spans) for m in moments]
    assert max(beside) == 2
    assert any(said.startswith("Waits for memory: needs about 700 MB") for said in waited)


def test_what_can_never_fit_is_refused_with_one_sentence(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    projects(workspace, ["a"])
    job = workspace.jobs.submit("a", "hungry", {})
    with odd_worker(workspace.home, MLL_MEMORY_MB="100"):
        until(lambda: over(workspace, [job]))
    refused = workspace.jobs.get(job.id)
    assert refused.status is JobStatus.FAILED
    assert refused.attempts == 0
    assert refused.error
    assert "needs about 700 MB of memory; this machine can give 100 MB" in refused.error["message"]


def test_work_that_is_not_to_be_repeated_fails_with_its_last_words_kept(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    projects(workspace, ["a"])
    job = workspace.jobs.submit("a", "die", {})
    with odd_worker(workspace.home):
        until(lambda: over(workspace, [job]))
    failed = workspace.jobs.get(job.id)
    assert (failed.status, failed.attempts) == (JobStatus.FAILED, 1)
    assert "not begun again" in failed.message
    assert "the last words" in workspace.jobs.log(job.id)
    assert workspace.events("a")[0].kind == "job.failed"
