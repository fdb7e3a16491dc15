"""What if, through the project and by command: cases, and scenarios that are kept and shared."""

import json
from pathlib import Path

import pandas as pd
import pytest
from projects import finished

from mll_core.cli import main
from mll_core.domain.errors import InvalidParameter, NotFound
from mll_core.domain.subject import Subject
from mll_core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return finished(tmp_path)


def test_a_scenario_is_kept_for_all_found_again_and_deleted(workspace: Workspace) -> None:
    project = workspace.project("customers")
    cases = project.whatif.cases()
    assert "customer_id" not in cases.columns
    record = cases.usual()
    kept = project.whatif.keep("Two calls fewer", [record, {**record, "calls": 0.0}])
    other = Workspace.open(workspace.home, actor="bob").project("customers")
    assert other.whatif.scenario(kept.id) == kept
    assert kept.by == "ana"
    assert cases.ask(kept.cases[1]).number <= cases.ask(kept.cases[0]).number
    other.whatif.remove(kept.id)
    assert project.whatif.scenarios() == ()
    with pytest.raises(NotFound):
        project.whatif.scenario(kept.id)
    with pytest.raises(InvalidParameter):
        project.whatif.keep(" ", [record])


def test_a_scenario_of_a_row_goes_with_whoever_is_erased_and_made_up_ones_stay(
    workspace: Workspace,
) -> None:
    project = workspace.project("customers")
    cases = project.whatif.cases()
    project.whatif.keep("From a row", [cases.row(3)], from_row=True)
    made_up = project.whatif.keep("Made up", [cases.usual()])
    development = project.results.split().development.sha256
    rows = project.bench().objects.path(development)
    somebody = str(pd.read_parquet(rows)["customer_id"].iloc[2])
    project.erasure.erase(Subject.of([f"customer_id={somebody}"]), "asked for it")
    assert [one.id for one in project.whatif.scenarios()] == [made_up.id]


def test_the_same_by_command(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(workspace.home)]
    assert main(["explain", "customers", *home]) == 0
    assert "relies_on: How much worse" in capsys.readouterr().out
    assert main(["explain", "customers", "few_rules", *home]) == 0
    said = capsys.readouterr().out
    assert "they did not see" in said
    assert "Association, not cause" in said
    _rows_and_points(workspace, home, capsys)
    assert main(["whatif", "customers", "--set", "calls=9", "--want", "no", "--json", *home]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["record"]["calls"] == 9
    assert told["ways"]["ways"][0]["changes"]
    assert main(["whatif", "customers", "--row", "0", *home]) == 2
    decided = [{"column": "fee", "follows": "calls"}]
    project = workspace.project("customers")
    project.history.edit({"whatif.columns": decided})
    changed = ["--set", "calls=9", "--set", "fee=1"]
    assert main(["whatif", "customers", *changed, *home]) == 0
    assert "calls goes up and fee, which it decides, goes down" in capsys.readouterr().out


def _rows_and_points(
    workspace: Workspace, home: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What a page draws or lists is printed: rows (personal columns left out), lines with bands."""
    evidence = workspace.project("customers").evidence
    assert main(["explain", "customers", "worst_errors", *home]) == 0
    said = capsys.readouterr().out
    (behind,) = evidence.sheet("worst_errors").behind
    assert f"Worst errors (rows: 12 of {len(behind.places)}):" in said
    shown = [line.split("  ") for line in said.splitlines() if line.startswith("  ")]
    head, *rows = ([cell for cell in line if cell] for line in shown)
    assert head[:4] == ["true", "answered", "error", "customer_id"]
    assert [row[:2] for row in rows] == [list(one[:2]) for one in behind.said[:12]]
    assert main(["explain", "customers", "roc", *home]) == 0
    said = capsys.readouterr().out
    assert "Negatives wrongly called  Positives found  low  high" in said
    line = evidence.sheet("roc").plots[0].series[0]
    for at in (0, -1):
        numbers = (f"{one[at]:.4g}" for one in (line.x, line.y, line.low, line.high))
        assert "  ".join(numbers) in said
    workspace.project("customers").history.edit({"data.personal": ["customer_id"]})
    assert main(["explain", "customers", "worst_errors", *home]) == 0
    assert "error  calls  fee" in capsys.readouterr().out
