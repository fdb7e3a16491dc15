"""What was only trained on somebody, and never registered, is due as well when they are erased."""

import shutil
from pathlib import Path

import pandas as pd
import projects
import pytest

from mll_core.cli import main
from mll_core.domain.stage import Stage, StageState, Status
from mll_core.domain.subject import Subject
from mll_core.project import Project
from mll_core.workspace import Workspace


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose test was never opened: there is a leaderboard and no version."""
    folder = tmp_path_factory.mktemp("trained")
    workspace = Workspace.open(projects.mirrored(folder / "home"), actor="ana")
    source = str(projects.csv(folder))
    settings = {**projects.CHEAP, "train.models": [{"kind": "logistic_regression"}]}
    project = workspace.create_project("Customers", source, target="left", settings=settings)
    project.run("train")
    workspace.database.close()
    return workspace.home


@pytest.fixture
def trained(base: Path, tmp_path: Path) -> Project:
    """A copy of it for each test."""
    shutil.copytree(base, tmp_path / "home")
    return Workspace.open(tmp_path / "home", actor="ana").project("customers")


def somebody(project: Project, part: str) -> Subject:
    """The first customer whose row is to learn from (development), or sealed (test)."""
    split = project.results.split()
    assert split
    path = project.rooms.objects.path(getattr(split, part).sha256)
    return Subject.of([f"customer_id={pd.read_parquet(path)['customer_id'].iloc[0]}"])


def of_training(project: Project) -> StageState:
    return next(state for state in project.states() if state.stage is Stage.TRAIN)


def test_a_training_without_a_version_counts_and_is_due_until_run_again(trained: Project) -> None:
    subject = somebody(trained, "development")
    before = trained.results.training()
    assert before
    assert of_training(trained).status is Status.DONE
    found = trained.erasure.look(subject)
    assert (found.trainings, found.models) == (1, ())
    done = trained.erasure.erase(subject)
    assert done.trainings == 1
    state = of_training(trained)
    assert state.status is Status.STALE
    assert state.reason == "It learned from somebody who was erased since."
    trained.run("train")
    after = trained.results.training()
    assert after
    assert of_training(trained).status is Status.DONE
    assert after.run_id != before.run_id


def test_what_was_measured_on_somebody_goes_and_is_made_again(trained: Project) -> None:
    worth = trained.worth
    worth.weigh_steps(budget=1)
    assert worth.ledger()
    worth.check_leaks(budget=1)
    assert worth.cases()
    trained.erasure.erase(somebody(trained, "development"))
    assert worth.cases() is None
    assert worth.ledger() is None
    assert worth.check_leaks(budget=1)
    assert worth.cases()


def test_that_another_project_still_holds_somebody_is_said_first(
    trained: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.open(trained.rooms.home, actor="ana")
    workspace.create_project("Twin", str(projects.csv(tmp_path)), target="left")
    (condition,) = somebody(trained, "development").conditions
    told = ["--home", str(workspace.home), "--where", f"customer_id={condition.value}"]
    for _ in range(2):
        assert main(["erase", "customers", *told]) == 0
        first, *others = capsys.readouterr().out.splitlines()
        assert first.startswith("shared:   1 data version of this project")
        assert first.endswith("erase the person there as well.")
        assert not any("another project" in line for line in others)


@pytest.mark.parametrize(
    "remembering",
    [
        {"train.models": [{"kind": "nearest_neighbours"}]},
        {
            "prepare.steps": [
                {"kind": "fill_by_neighbours", "column": "fee", "by": ["calls"], "among": 100}
            ]
        },
    ],
    ids=["model", "step"],
)
def test_a_model_that_keeps_rows_is_withdrawn_with_the_first_who_is_in_them(
    tmp_path: Path, remembering: dict[str, object]
) -> None:
    workspace = Workspace.open(projects.mirrored(tmp_path / "home"), actor="ana")
    settings = {
        **projects.CHEAP,
        "train.models": [{"kind": "logistic_regression"}],
        "train.trials": 1,
        **remembering,
    }
    source = str(projects.csv(tmp_path, rows=150))
    project = workspace.create_project("Customers", source, target="left", settings=settings)
    project.run("evaluate")
    project.deployment.approve("Ana", "head", "fine")
    project.deployment.promote()
    champion = project.champion()
    assert champion
    assert project.erasure.erase(somebody(project, "test")).withdrawn == ()
    project.deployment.predict([{"calls": 1, "fee": 30.0, "plan": "Gold", "gender": "f"}])
    done = project.erasure.erase(somebody(project, "development"))
    assert (done.models, done.withdrawn) == ((1,), (1,))
    assert project.champion() is None
    assert not [*workspace.home.rglob(f"{champion.sha256}*")]
    workspace.database.close()


def test_who_is_only_in_the_sealed_test_was_learned_from_by_nobody(trained: Project) -> None:
    subject = somebody(trained, "test")
    assert trained.erasure.look(subject).trainings == 0
    trained.erasure.erase(subject)
    assert of_training(trained).status is Status.DONE


def test_the_rows_that_are_left_are_told_as_one_number(
    trained: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    data = trained.results.data()
    assert data
    (condition,) = somebody(trained, "development").conditions
    told = ["--home", str(trained.rooms.home), "--where", f"customer_id={condition.value}"]
    assert main(["erase", "customers", *told]) == 0
    assert "models:   1 training learned from them: train again" in capsys.readouterr().out
    after = trained.results.data()
    assert after
    assert after.rows == data.rows - 1
    assert after.understood == f"{data.understood} 1 row of somebody who was erased left out."
