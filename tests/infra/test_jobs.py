import time
from pathlib import Path

import pytest

from mll_core.domain.errors import Conflict, NotFound
from mll_core.domain.identity import Actor
from mll_core.domain.job import JobStatus
from mll_core.infra import jobs as module
from mll_core.infra import retries
from mll_core.infra.admission import Room
from mll_core.infra.database import Database
from mll_core.infra.jobs import JobQueue

pytestmark = pytest.mark.usefixtures("catalog")


@pytest.fixture
def queue(tmp_path: Path) -> JobQueue:
    return JobQueue(Database(tmp_path), Actor(name="ana"))


def test_jobs_are_taken_in_the_order_they_came(queue: JobQueue) -> None:
    first, second = (queue.submit(f"p{n}", "run", {}) for n in (1, 2))
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
    monkeypatch.setattr(retries, "PAUSES", (0.0,))
    job = queue.submit("p", "run", {})
    frozen, taken_over = queue.claim(), queue.claim()
    assert frozen
    assert taken_over
    assert frozen.job.id == taken_over.job.id
    with pytest.raises(Conflict, match="lease"):
        queue.finish(frozen, JobStatus.DONE, "Done.", result={"who": "frozen"})
    queue.finish(taken_over, JobStatus.DONE, "Done.", result={"who": "second"})
    assert queue.get(job.id).result == {"who": "second"}


def test_jobs_of_one_project_run_one_after_the_other(queue: JobQueue) -> None:
    first, second = (queue.submit("p", "run", {"n": n}) for n in (1, 2))
    claim = queue.claim()
    assert claim
    assert claim.job.id == first.id
    assert queue.claim() is None
    assert queue.get(second.id).message == "Waits for the work before it in this project."
    queue.finish(claim, JobStatus.DONE, "Done.")
    following = queue.claim()
    assert following
    assert following.job.id == second.id


def test_after_three_deaths_a_job_fails_with_the_reason(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "PAUSES", (0.0, 0.0))
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


def test_the_pause_before_another_attempt_grows(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "PAUSES", (0.1, 0.4))
    job = queue.submit("p", "run", {})
    waited = []
    for _ in range(2):
        claim = queue.claim()
        assert claim
        started = time.monotonic()
        queue.release(claim)
        assert "starts again" in queue.get(job.id).message
        while queue.get(job.id).status is JobStatus.QUEUED and not (again := queue.claim()):
            time.sleep(0.01)
        waited.append(time.monotonic() - started)
        assert again
        queue.release(again, blame=False)
    assert waited[0] >= 0.1
    assert waited[1] >= 0.4


def test_work_that_may_not_be_repeated_fails_when_its_process_is_killed(queue: JobQueue) -> None:
    job = queue.submit("p", "send", {})
    claim = queue.claim(Room(repeatable={"run"}))
    assert claim
    queue.release(claim)
    failed = queue.get(job.id)
    assert (failed.status, failed.attempts) == (JobStatus.FAILED, 1)
    assert failed.error
    assert "not begun again" in failed.error["message"]
    assert "start it again" in failed.error["hint"]


def test_a_worker_that_ends_in_good_order_costs_no_attempt(queue: JobQueue) -> None:
    job = queue.submit("p", "run", {})
    for _ in range(5):
        claim = queue.claim()
        assert claim
        queue.release(claim, blame=False)
    assert (queue.get(job.id).status, queue.get(job.id).attempts) == (JobStatus.QUEUED, 0)


def test_a_lost_job_that_was_to_stop_is_stopped_and_stays_so(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", -1.0)
    job = queue.submit("p", "run", {})
    assert queue.claim()
    queue.stop(job.id)
    assert queue.recover() == 1
    assert queue.get(job.id).status is JobStatus.STOPPED
    assert queue.claim() is None


def test_what_a_job_is_over_cannot_be_stopped_any_more(queue: JobQueue) -> None:
    job = queue.submit("p", "run", {})
    claim = queue.claim()
    assert claim
    queue.finish(claim, JobStatus.DONE, "Done.")
    assert queue.stop(job.id).status is JobStatus.DONE
    with pytest.raises(NotFound):
        queue.stop("nothing")


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
