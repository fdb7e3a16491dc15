from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import projects
import pytest

from mll_core import integrity, retention
from mll_core.cli import main
from mll_core.domain.errors import InvalidParameter, NotFound, NotReady, Stopped
from mll_core.domain.subject import Subject
from mll_core.project import Project
from mll_core.workspace import Workspace

LATER = datetime.now(UTC) + timedelta(days=400)
TRIM = {"kind": "trim_text", "column": "plan"}
FILL = {"kind": "clip_outliers", "column": "fee", "low": 0.1, "high": 0.9}
FEW = {"kind": "filter_rows", "formula": "calls < 3"}


def cleaned(folder: Path, *, target: str | None = "left", **changes: object) -> Project:
    """A project with a recipe that learns, and no model."""
    workspace = Workspace.open(folder / "home", actor="ana")
    settings = {**projects.CHEAP, "data.keys": ["customer_id"], "prepare.steps": [TRIM, FILL]}
    source = str(projects.csv(folder))
    project = workspace.create_project("Customers", source, settings={**settings, **changes})
    project.edit("brief.target", target)
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return cleaned(tmp_path)


def rows(project: Project, which: str = "1") -> pd.DataFrame:
    return pd.read_parquet(project.prepared.path(which))


def test_without_a_target_all_rows_are_prepared_in_their_order(tmp_path: Path) -> None:
    project = cleaned(tmp_path, target=None)
    version = project.prepared.make()
    low, high = projects.customers()["fee"].quantile([0.1, 0.9])
    assert rows(project)["fee"].tolist() == projects.customers()["fee"].clip(low, high).tolist()
    assert rows(project)["customer_id"].tolist() == projects.customers()["customer_id"].tolist()
    assert (version.data.rows, version.parting) == (400, None)
    assert version.sentences == tuple(step.sentence() for step in project.recipe.steps)


def test_with_a_target_it_learns_on_training_rows_and_the_sealed_ones_stay_out(
    project: Project,
) -> None:
    version = project.prepared.make()
    split = project.results.split()
    assert split
    learned_on = pd.read_parquet(project.rooms.objects.path(split.development.sha256))
    assert version.data.rows == split.development.rows == 320
    assert rows(project)["fee"].max() == learned_on["fee"].quantile(0.9)
    project.seals.open_test(split.test.sha256, "a run")
    opened = project.prepared.make()
    assert (opened.number, opened.data.rows, opened.with_test) == (2, 400, True)
    assert rows(project, "2")["fee"].max() == rows(project)["fee"].max()


def test_the_same_recipe_over_the_same_data_is_the_same_version(project: Project) -> None:
    first = project.prepared.make()
    assert project.prepared.make() == first
    project.edit("prepare.steps", [TRIM])
    assert project.prepared.make().number == 2
    assert [version.number for version in project.prepared.all()] == [2, 1]


def test_it_comes_out_the_same_in_a_fresh_workspace(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = cleaned(tmp_path / "other")
    assert other.prepared.make().data.sha256 == project.prepared.make().data.sha256


@pytest.mark.parametrize("target", ["left", None])
def test_it_is_made_again_to_the_same_bytes(tmp_path: Path, target: str | None) -> None:
    project = cleaned(tmp_path, target=target, **{"prepare.steps": [FEW, TRIM, FILL]})
    project.prepared.make()
    project.edit("prepare.steps", [])
    project.edit("split.seed", 5)
    found = project.prepared.reproduce("1")
    assert (found.identical, found.learned, found.source, found.difference) == (
        True,
        True,
        "same",
        None,
    )
    projects.customers(rows=10).to_csv(project.document.data.source, index=False)
    assert project.prepared.reproduce("1").source == "differs"
    Path(project.document.data.source).unlink()
    gone = project.prepared.reproduce("1")
    assert gone.identical
    assert gone.source.startswith("not read: ")


def test_versions_have_names_and_are_found_by_them(project: Project) -> None:
    version = project.prepared.make()
    project.prepared.name("1", " for the board ")
    assert project.prepared.names == {"for the board": version.data.sha256}
    for which in ("for the board", "1", version.data.short, version.data.sha256):
        assert project.prepared.find(which) == version
    with pytest.raises(NotFound, match="'other'"):
        project.prepared.find("other")
    with pytest.raises(InvalidParameter, match="needs a name"):
        project.prepared.name("1", " ")


def test_two_versions_are_compared_by_key(project: Project) -> None:
    project.prepared.make()
    project.edit("prepare.steps", [FEW, FILL, {"kind": "drop_columns", "columns": ["plan"]}])
    project.prepared.make()
    found = project.prepared.compare("1", "2")
    assert found.keys == ("customer_id",)
    assert found.rows == (320, rows(project, "2").shape[0])
    both = rows(project)["customer_id"].isin(rows(project, "2")["customer_id"])
    assert found.gone == int((~both).sum())
    assert {one.column: one.kind for one in found.columns}["plan"] == "gone"
    assert project.prepared.compare("1", "1").nothing


def test_it_can_be_stopped(project: Project) -> None:
    def stop(share: float, message: str) -> None:
        if "Writing the prepared" in message:
            raise Stopped("Stopped on request.", hint="What was finished is kept.")

    with pytest.raises(Stopped):
        project.prepared.make(stop)
    assert project.prepared.all() == ()
    assert project.prepared.make().number == 1


def test_it_is_done_as_a_job(project: Project) -> None:
    from mll_core.worker import work

    job = project.submit("prepare")
    work(project.rooms.home, once=True)
    done = project.rooms.jobs.get(job.id)
    assert (done.status.value, done.result and done.result["number"]) == ("done", 1)


def test_named_ones_are_kept_and_others_go_when_their_time_is_over(project: Project) -> None:
    for seed in range(3):
        project.edit("prepare.steps", [{**FILL, "high": 0.9 + seed / 100}])
        project.prepared.make()
    project.prepared.name("1", "kept")
    retention.apply(Workspace.open(project.rooms.home), LATER)
    assert [version.number for version in project.prepared.all()] == [3, 1]


def test_who_is_erased_is_in_none_of_them_even_where_no_column_names_them(
    project: Project,
) -> None:
    project.edit("prepare.steps", [{"kind": "drop_columns", "columns": ["customer_id"]}])
    version = project.prepared.make()
    path = project.prepared.path("1")
    project.erasure.erase(Subject.of(["customer_id=C000007"]))
    assert not path.exists()
    assert project.prepared.find("1").withdrawn
    with pytest.raises(NotReady, match="was destroyed"):
        project.prepared.path("1")
    workspace = Workspace.open(project.rooms.home)
    assert not [fault for checked in integrity.check(workspace) for fault in checked.faults]
    again = project.prepared.make()
    assert (again.number, again.data.rows) == (2, version.data.rows - 1)


def test_an_erasure_leaves_the_rows_that_a_stage_goes_on_with_and_a_table_was_alike(
    tmp_path: Path,
) -> None:
    project = cleaned(tmp_path, **{"prepare.steps": []})
    project.run("prepare")
    before = project.results.split()
    assert before
    project.seals.open_test(before.test.sha256, "a run")
    assert project.prepared.make().data.sha256 == before.shaped.sha256
    project.erasure.erase(Subject.of(["customer_id=C000007"]))
    after = project.results.split()
    assert after
    assert after.shaped.rows == before.shaped.rows - 1
    assert project.prepared.find("1").withdrawn
    workspace = Workspace.open(project.rooms.home)
    assert not [fault for checked in integrity.check(workspace) for fault in checked.faults]


def test_the_command_line_does_all_of_it(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, out = ["--home", str(project.rooms.home)], str(tmp_path / "clean.csv")
    assert main(["prepare", "customers", "-o", out, *home]) == 0
    assert len(pd.read_csv(out)) == 320
    assert main(["tables", "name", "customers", "1", "first", *home]) == 0
    project.edit("prepare.steps", [FEW])
    assert main(["prepare", "customers", *home]) == 0
    assert main(["tables", "write", "customers", "2", "-o", f"{out}.parquet", *home]) == 0
    capsys.readouterr()
    assert main(["tables", "list", "customers", *home]) == 0
    listed = capsys.readouterr().out
    assert "first" in listed
    assert "1. " in listed
    assert main(["tables", "compare", "customers", "first", "2", *home]) == 0
    assert "gone" in capsys.readouterr().out
    assert main(["tables", "reproduce", "customers", "2", *home]) == 0
    assert "identical" in capsys.readouterr().out
    assert main(["tables", "write", "customers", "2", "-o", "x.txt", *home]) == 2
