"""A recipe that reads another table: through the one door, kept, fresh or stale, and forgotten."""

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from projects import csv, customers

from mll_core import housekeeping
from mll_core.cli import main
from mll_core.domain.errors import Forbidden, NotFound
from mll_core.domain.identity import Actor, Role
from mll_core.domain.stage import Stage, Status
from mll_core.domain.subject import Condition, Subject
from mll_core.infra import warehouse
from mll_core.project import Project
from mll_core.workspace import Workspace

SETTINGS = {"split.repeats": 1, "split.folds": 3}


def visits(folder: Path, rows: int = 300) -> Path:
    """One line per customer, most of them: when they came first, and how often."""
    path = folder / "visits.csv"
    ids = customers()["customer_id"][:rows]
    pd.DataFrame({"customer": ids, "visits": range(rows)}).to_csv(path, index=False)
    return path


def joining(path: Path | str, **values: Any) -> dict[str, Any]:
    step = {"kind": "join_table", "source": str(path), "on": {"customer_id": "customer"}}
    return {**step, **values}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    settings = {**SETTINGS, "prepare.steps": [joining(visits(tmp_path))]}
    return workspace.create_project(
        "Customers", str(csv(tmp_path)), target="left", settings=settings
    )


def shaped(project: Project) -> pd.DataFrame:
    split = project.results.split()
    assert split
    path = project.rooms.objects.path(split.shaped.sha256)
    return warehouse.frame("FROM rows", path)


def status(project: Project, stage: Stage) -> Status:
    return next(state.status for state in project.states() if state.stage is stage)


def test_its_columns_are_in_the_split_and_its_version_is_named(project: Project) -> None:
    project.run("prepare")
    split = project.results.split()
    assert split
    assert shaped(project)["visits"].notna().sum() == 300
    (other,) = split.others
    assert (other.rows, other.names) == (300, ("customer", "visits"))
    assert other.sha256 in housekeeping.named(project_workspace(project))


def project_workspace(project: Project) -> Workspace:
    return Workspace(project.rooms.home, project.rooms.actor, project.rooms.database)


def test_a_file_that_changes_makes_the_preparation_stale_and_is_read_again(
    project: Project, tmp_path: Path
) -> None:
    project.run("prepare")
    assert status(project, Stage.PREPARE) is Status.DONE
    before = project.results.split()
    path = visits(tmp_path, rows=200)
    assert status(project, Stage.PREPARE) is Status.STALE
    assert status(project, Stage.COLLECT) is Status.DONE
    project.run("prepare")
    assert shaped(project)["visits"].notna().sum() == 200
    assert status(project, Stage.PREPARE) is Status.DONE
    after = project.results.split()
    os.utime(path, ns=(1, 1))  # touched, not changed: read again, and nothing else follows
    project.run("prepare")
    now = project.results.split()
    assert before
    assert after
    assert now
    assert before.shaped.sha256 != after.shaped.sha256 == now.shaped.sha256
    path.unlink()  # what was read is all there is
    assert status(project, Stage.PREPARE) is Status.DONE


def test_what_the_recipe_stands_on_is_not_swept(project: Project) -> None:
    project.run("prepare")
    split = project.results.split()
    assert split
    housekeeping.sweep(project_workspace(project), grace=-1)
    assert project.rooms.objects.intact(split.others[0].sha256)
    assert project.tables.paths(project.recipe.steps)


def test_an_erased_person_does_not_come_back_through_a_joined_table(
    project: Project, tmp_path: Path
) -> None:
    project.run("prepare")
    split = project.results.split()
    assert split
    old = split.others[0].sha256
    gone = Subject.where([Condition(column="customer_id", value="C000007")])
    done = project.erasure.erase(gone)
    assert done.versions
    assert any("visits.csv" in said for said in done.elsewhere)
    with pytest.raises(NotFound):
        project.rooms.objects.path(old)
    (path,) = project.tables.paths(project.recipe.steps).values()
    assert "C000007" not in set(warehouse.frame("FROM rows", path)["customer"])
    assert status(project, Stage.PREPARE) is Status.DONE
    os.utime(tmp_path / "visits.csv", ns=(1, 1))
    project.run("prepare")
    (path,) = project.tables.paths(project.recipe.steps).values()
    assert "C000007" not in set(warehouse.frame("FROM rows", path)["customer"])
    assert "C000007" not in set(shaped(project)["customer_id"])


def test_an_account_names_no_file_of_the_machine_in_a_step(
    project: Project, tmp_path: Path
) -> None:
    owner = project_workspace(project)
    owner.accounts.create("eve", "a long enough password")
    owner.members.give("eve", Role.ANALYST, "customers")
    eve = owner.on_behalf_of(Actor(name="eve", kind="account")).project("customers")
    secret = tmp_path / "secret.csv"
    secret.write_text("customer,salary\nC000001,9\n")
    with pytest.raises(Forbidden):
        eve.edit("prepare.steps", [joining(secret)])
    with pytest.raises(Forbidden):
        eve.tables.read(str(secret))
    assert eve.tables.read("sample:churn").rows


def test_a_table_named_in_the_document_is_joined_by_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path / "home"), "--json"]
    assert main(["new", "Visits", "--data", str(csv(tmp_path)), "--target", "left", *home]) == 0
    document = Path(json.loads(capsys.readouterr().out)["document"])
    text = document.read_text(encoding="utf-8")
    assert "steps: []" in text
    step = f"{{kind: join_table, source: {visits(tmp_path)}, on: {{customer_id: customer}}}}"
    document.write_text(text.replace("steps: []", f"steps: [{step}]"), encoding="utf-8")
    assert main(["run", "visits", "--until", "prepare", *home]) == 0
    assert json.loads(capsys.readouterr().out)["stages"]["prepare"]["status"] == "done"
    assert (
        shaped(Workspace.open(tmp_path / "home").project("visits"))["visits"].notna().sum() == 300
    )
    twice = pd.concat([pd.read_csv(visits(tmp_path))] * 2)
    twice.to_csv(tmp_path / "visits.csv", index=False)
    assert main(["run", "visits", "--until", "prepare", *home]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "300 values of 'customer_id' stand in several rows of visits.csv" in said.err
    assert "hint: Choose which row is taken" in said.err


def test_an_answer_that_another_table_brings_has_a_case_file_that_names_it(tmp_path: Path) -> None:
    people = customers()
    calls = pd.DataFrame({"customer": people["customer_id"], "ended": people["left"] == "yes"})
    calls["reached"] = range(len(calls))
    calls.to_csv(tmp_path / "calls.csv", index=False)
    settings = {**SETTINGS, "prepare.steps": [joining(tmp_path / "calls.csv")]}
    project = Workspace.open(tmp_path / "home", actor="ana").create_project(
        "Joined", str(csv(tmp_path)), target="left", settings=settings
    )
    cases = {case.column: case for case in project.worth.check_leaks(["fee"], budget=1).cases}
    said = [*cases["ended"].suspicions, *cases["ended"].told("left", "ROC AUC", "it")]
    assert "It comes from calls.csv, which step 1 of the recipe reads." in said
    assert "right answer in 100 % of the rows" in " ".join(said)
    assert not cases["fee"].origin
