import time
from pathlib import Path

import pytest

from mll_core.domain.errors import Conflict, NotFound
from mll_core.domain.identity import Actor
from mll_core.domain.job import JobStatus
from mll_core.infra import jobs as module
from mll_core.infra.database import Database
from mll_core.infra.jobs import JobQueue

pytestmark = pytest.mark.usefixtures("catalog")


@pytest.fixture
def queue(tmp_path: Path) -> JobQueue:
    return JobQueue(Database(tmp_path), Actor(name="ana"))


def test_jobs_are_taken_in_the_order_they_came(queue: JobQueue) -> None:
    first, second = (queue.submit("p", "run", {"n": n}) for n in (1, 2))
    assert (first.place, second.place) == (1, 2)
    claims = [queue.claim(), queue.claim()]
    assert [claim.job.id for claim in claims if claim] == [first.id, second.id]
    assert queue.claim() is None


def test_the_same_work_still_in_line_is_not_queued_twice(queue: JobQueue) -> None:
    assert queue.submit("p", "run", {}).id == queue.submit("p", "run", {}).id
    assert queue.submit("q", "run", {}).id != queue.submit("p", "run", {}).id


def test_a_job_has_one_result_even_when_its_first_worker_comes_back(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", -1.0)  # leases run out at once
    job = queue.submit("p", "run", {})
    frozen, taken_over = queue.claim(), queue.claim()
    assert frozen
    assert taken_over
    assert frozen.job.id == taken_over.job.id
    with pytest.raises(Conflict, match="lease"):
        queue.finish(frozen, JobStatus.DONE, "Done.", result={"who": "frozen"})
    queue.finish(taken_over, JobStatus.DONE, "Done.", result={"who": "second"})
    assert queue.get(job.id).result == {"who": "second"}


def test_after_three_deaths_a_job_fails_with_the_reason(queue: JobQueue) -> None:
    job = queue.submit("p", "run", {})
    for _ in range(3):
        claim = queue.claim()
        assert claim
        queue.release(claim)
    assert queue.claim() is None
    failed = queue.get(job.id)
    assert failed.status is JobStatus.FAILED
    assert failed.error
    assert "killed" in failed.error["message"]


def test_stop_ends_a_waiting_job_at_once_and_flags_a_running_one(queue: JobQueue) -> None:
    waiting = queue.submit("p", "run", {})
    assert queue.stop(waiting.id).status is JobStatus.STOPPED
    running = queue.submit("p", "run", {"again": True})
    claim = queue.claim()
    assert claim
    assert queue.stop(running.id).status is JobStatus.RUNNING
    assert queue.heartbeat(claim) is True
    queue.release(claim)  # its child was killed
    assert queue.get(running.id).status is JobStatus.STOPPED


def test_progress_and_what_there_is_so_far_can_be_read_while_it_runs(queue: JobQueue) -> None:
    job = queue.submit("p", "run", {})
    claim = queue.claim()
    assert claim
    queue.report(claim, 1.7, "Half way", {"leaderboard": []})
    seen = queue.get(job.id)
    assert (seen.progress, seen.message, seen.result) == (1.0, "Half way", {"leaderboard": []})
    queue.heartbeat(claim)
    queue.finish(claim, JobStatus.DONE, "Done.")
    assert not queue.get(job.id).status.live
    assert queue.of("p")[0].id == job.id


def test_an_unknown_job_is_refused(queue: JobQueue) -> None:
    with pytest.raises(NotFound):
        queue.get("nothing")


def test_a_lease_lasts_longer_than_a_heartbeat(queue: JobQueue) -> None:
    queue.submit("p", "run", {})
    assert queue.claim()
    time.sleep(0.01)
    assert queue.claim() is None
