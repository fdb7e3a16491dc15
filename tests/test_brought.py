"""What a step made of other rows must come with a new row, and it is said where one deploys."""

from pathlib import Path

import pandas as pd
import projects
import pytest
from page_cases import open_page, texts

from mll_core.brought import brought, said
from mll_core.catalog import STEPS
from mll_core.cli import main
from mll_core.workspace import Workspace


def test_an_earlier_value_must_be_brought_and_it_is_said_on_the_page_and_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, file = projects.mirrored(tmp_path / "home"), tmp_path / "customers.csv"
    rows = projects.customers().assign(day=pd.date_range("2024-01-01", periods=400, freq="D"))
    rows.to_csv(file, index=False)
    project = Workspace.open(home, actor="ana").create_project(
        "Customers", str(file), target="left", budget=60, settings=projects.CHEAP
    )
    lag = STEPS["lag_values"].of(columns=["calls"], time="day")
    project.edit("split.time_column", "day")  # only so may a step look at earlier rows
    project.edit("prepare.steps", [lag.model_dump(mode="json")])
    project.edit("prepare.exclude", [{"column": "customer_id", "reason": "names rows"}])
    project.run("evaluate")
    project.deployment.approve("Ana", "head", "fine")
    (made,) = lag.makes()
    assert main(["promote", "customers", "--home", str(home)]) == 0
    out = capsys.readouterr().out
    champion = project.champion()
    assert champion
    assert brought(project, champion) == {made[1]: lag.sentence()}
    told = said(brought(project, champion))
    assert told in out
    assert told.startswith(f"A new row must also bring {made[1]!r}: ")
    monkeypatch.setenv("MLL_HOME", str(home))
    assert "A new row must also bring" in texts(open_page("deploy", project="customers"))


def test_a_model_of_the_columns_of_the_source_asks_for_nothing_more(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    champion = project.champion()
    assert champion
    assert brought(project, champion) == {}
    assert said({}) == ""
