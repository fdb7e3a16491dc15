"""The recipe from the command line: every change that the page can make is a command."""

import json
from collections.abc import Callable
from pathlib import Path

import projects
import pytest

from mll_core.cli import main
from mll_core.workspace import Workspace

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    home = tmp_path / "home"
    made = Workspace.open(home).create_project("Churn", str(projects.csv(tmp_path)), target="left")
    made.edit("prepare.steps", [])

    def command(*words: str) -> tuple[int, str, str]:
        code = main(["recipe", *words, "--home", str(home)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_steps_are_added_moved_copied_switched_off_and_taken_back(run: Run) -> None:
    assert "No steps" in run("list", "churn")[1]
    run("add", "churn", "trim_text", "--set", "column=plan")
    run("add", "churn", "derive_column", "--set", "to=ratio", "--set", "formula=fee / calls")
    assert "switched off" in run("copy", "churn", "2")[1]
    run("move", "churn", "2", "1")
    run("remove", "churn", "3")
    _, out, _ = run("off", "churn", "2")
    assert [line[:11] for line in out.splitlines()] == ["  1. Add 'r", "  2. (off) "]
    run("undo", "churn")
    steps = json.loads(run("list", "churn", "--json")[1])["steps"]
    assert [(one["kind"], one["enabled"]) for one in steps] == [
        ("derive_column", True),
        ("trim_text", True),
    ]


def test_what_cannot_work_is_refused_with_what_to_do(run: Run) -> None:
    code, out, said = run("add", "churn", "trim_text", "--set", "column=plam")
    assert (code, out) == (2, "")
    assert "no column 'plam'" in said
    assert "hint: Did you mean 'plan'?" in said
    assert "'left' is the target" in run("add", "churn", "one_hot", "--set", "column=left")[2]
    assert "trim_txt" in run("add", "churn", "trim_txt")[2]
    assert run("remove", "churn", "4")[0] == 2


def test_the_steps_there_are_can_be_searched(run: Run) -> None:
    assert run("steps", "duplicates")[1].startswith("drop_duplicates")
    every = json.loads(run("steps", "--json")[1])["steps"]
    assert all(one["does"] and one["fields"] for one in every)
