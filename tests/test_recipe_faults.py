"""A step that no longer works is marked where it stands, on the page and at the command line."""

import json
from pathlib import Path

import projects
import pytest

from mll_core.catalog import STEPS
from mll_core.cli import main
from mll_core.domain.errors import UnknownColumn
from mll_core.project import Project
from mll_core.recipe_faults import faults
from mll_core.workspace import Workspace

GONE = STEPS["trim_text"].of(column="wage")
UPPER = STEPS["change_case"].of(column="plan", case="upper")


def broken(project: Project) -> None:
    """As after newer data, or after somebody wrote the document by hand."""
    off = GONE.model_copy(update={"enabled": False})
    steps = (GONE, UPPER, GONE, off)
    project.edit("prepare.steps", [step.model_dump(mode="json") for step in steps])


def test_each_step_at_fault_is_told_by_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    project = Workspace.open(home).create_project("Churn", str(projects.csv(tmp_path)))
    project.edit("prepare.steps", [])
    assert faults(project) == {}
    broken(project)
    found = faults(project)
    assert set(found) == {0, 2}
    assert all(isinstance(error, UnknownColumn) for error in found.values())
    assert main(["recipe", "list", "churn", "--home", str(home)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "does not work: " in lines[1]
    assert "no column 'wage'" in lines[1]
    assert [line[:4] for line in lines if "does not work" not in line] == [
        "  1.",
        "  2.",
        "  3.",
        "  4.",
    ]
    assert main(["recipe", "list", "churn", "--json", "--home", str(home)]) == 0
    assert list(json.loads(capsys.readouterr().out)["faults"]) == ["1", "3"]
