import time
from pathlib import Path

import projects
import pytest
from test_worker import SLOW, until, worker

from mll_core.domain.job import JobStatus
from mll_core.infra import events


@pytest.mark.parametrize(
    ("limit", "value", "kind", "said"),
    [
        ("memory_mb", 60, "out_of_memory", "limit is 60 MB"),
        ("deadline_seconds", 1, "too_long", "1 seconds"),
    ],
)
def test_a_job_past_its_limit_fails_once_and_says_the_limit(
    tmp_path: Path, limit: str, value: float, kind: str, said: str
) -> None:
    workspace = projects.finished(tmp_path)
    project = workspace.project("customers")
    project.history.edit({"split.seed": 7, "train.budget_seconds": 60, **SLOW})
    started = time.monotonic()
    job = project.submit("run", until="train", **{limit: value})
    with worker(workspace.home):
        until(lambda: not workspace.jobs.get(job.id).status.live, 60)
    failed = workspace.jobs.get(job.id)
    assert failed.status is JobStatus.FAILED
    assert failed.error
    assert failed.error["kind"] == kind
    assert said in failed.error["message"]
    assert failed.attempts == 1
    assert time.monotonic() - started < 60
    assert events.first_broken(workspace.database) is None
