from pathlib import Path

import projects

from mll_core import estimate
from mll_core.domain.job import Job, JobStatus
from mll_core.workspace import Workspace


def job(kind: str, project: str = "customers") -> Job:
    return Job(id="j", project=project, kind=kind, status=JobStatus.QUEUED)


def test_more_numbers_and_hungrier_models_are_estimated_at_more(tmp_path: Path) -> None:
    workspace = projects.finished(tmp_path)
    project = workspace.project("customers")
    assert estimate.numbers(project) == 400 * 6
    project.edit("train.models", [{"kind": "lightgbm"}])
    lean, retrain = (estimate.megabytes(workspace, job(kind)) for kind in ("run", "retrain"))
    assert estimate.BASE < lean < retrain
    project.edit("train.models", [{"kind": "lightgbm"}, {"kind": "logistic_regression"}])
    hungry = estimate.megabytes(workspace, job("run"))
    assert hungry > lean
    project.edit("train.models", [])  # none named means all of them
    assert estimate.megabytes(workspace, job("run")) == hungry


def test_of_what_is_not_known_the_base_is_estimated(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    assert estimate.megabytes(workspace, job("run", "nothing")) == estimate.BASE
