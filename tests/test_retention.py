from datetime import UTC, datetime, timedelta
from pathlib import Path

import projects
import pytest

from mll_core import doctor, integrity, retention
from mll_core.domain.job import JobStatus
from mll_core.infra import events
from mll_core.workspace import Workspace

LATER = datetime.now(UTC) + timedelta(days=400)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return projects.finished(tmp_path_factory.mktemp("retention"))


def finished_job(workspace: Workspace) -> str:
    job = workspace.jobs.submit("customers", "monitor", {"current": "x"})
    claim = workspace.jobs.claim()
    assert claim
    workspace.jobs.finish(claim, JobStatus.DONE, "Done.", result={"rows": 5})
    return job.id


def uploaded_once(workspace: Workspace) -> Path:
    folder = workspace.home / "uploads" / "0123456789abcdef"
    folder.mkdir(parents=True)
    path = projects.csv(folder, seed=5)
    history = workspace.project("customers").history
    history.edit({"data.additions": [str(path)]}, "more")
    history.edit({"data.additions": []}, "not any more")
    return path


def aged(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


def test_what_is_past_its_time_goes_and_what_is_stood_on_stays(workspace: Workspace) -> None:
    upload, job = uploaded_once(workspace), finished_job(workspace)
    day = aged(workspace.home / "predictions" / "customers" / "2026-01-01.db")
    rotated = aged(workspace.home / "logs" / "worker.log.1")
    assert retention.due(workspace).uploads == 0
    due = retention.due(workspace, LATER)
    assert (due.uploads, due.request_days, due.jobs, due.logs) == (1, 1, 1, 1)
    assert upload.exists()
    assert retention.apply(workspace, LATER) == due
    assert not [path for path in (upload, day, rotated) if path.exists()]
    assert workspace.jobs.get(job).result is None
    assert workspace.jobs.get(job).status is JobStatus.DONE
    told = events.read(workspace.database, "customers", 1)[0]
    assert (told.kind, told.detail["uploads"]) == ("retention.applied", 1)
    assert not retention.due(workspace, LATER).any
    project = workspace.project("customers")
    champion = project.champion()
    assert champion
    assert project.watching.origin(champion)
    assert project.results.report()
    assert not [fault for kind in integrity.check(workspace) for fault in kind.faults]
    assert doctor.examine(str(workspace.home)).well


def test_doctor_says_what_is_kept_and_what_is_due(workspace: Workspace) -> None:
    said = {line.what: line.said for line in doctor.examine(str(workspace.home)).lines}
    assert said["kept"] == "customers: requests 90 days, data no result stands on 365 days"
    assert "past its time" in said
