"""The search for columns worth making: a planted ratio is found, noise is left alone."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mll_core.cli import main
from mll_core.project import Project
from mll_core.workspace import Workspace
from mll_core.worth.features import benjamini_hochberg

FEW = {
    "split.repeats": 1,
    "split.folds": 5,
    "brief.task": "binary",
    "train.models": [{"kind": "logistic_regression"}],
}


def made(folder: Path, frame: pd.DataFrame) -> Project:
    frame.to_csv(folder / "rows.csv", index=False)
    workspace = Workspace.open(folder / "home", actor="ana")
    return workspace.create_project("Rows", str(folder / "rows.csv"), target="late", settings=FEW)


def test_a_planted_ratio_is_proposed_and_taken_and_then_proposed_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw, n = np.random.default_rng(0), 1_500
    debt, income = draw.uniform(1, 9, n), draw.uniform(1, 9, n)
    late = np.log(debt / income) + draw.normal(0, 0.4, n) > 0
    frame = pd.DataFrame({"debt": debt, "income": income, "other": draw.normal(size=n)})
    frame["late"] = np.where(late, "yes", "no")
    project = made(tmp_path, frame)
    said: list[dict[str, list[str]]] = []
    found = project.worth.seek_features(publish=said.append)
    names = [one.label for one in found.proposed]
    assert {"debt / income", "income / debt"} & set(names), found
    assert all(one.change.effect == "helps" and one.adjusted <= 0.05 for one in found.proposed)
    assert said
    fixes = project.worth.proposals()
    assert [fix.label for fix in fixes] == [f"Make {name!r}" for name in names]
    project.recipe.take(fixes[:1])
    assert project.recipe.steps[-1].kind == "derive_column"
    assert fixes[0].label not in [fix.label for fix in project.recipe.proposals()]
    code = main(["features", "rows", "--budget", "1", "--json", "--home", str(tmp_path / "home")])
    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert answer["finished"]
    assert answer["taken"] is False


def test_of_noise_nothing_is_proposed(tmp_path: Path) -> None:
    draw, n = np.random.default_rng(1), 300
    frame = pd.DataFrame(draw.normal(size=(n, 3)), columns=["a", "b", "c"])
    frame["late"] = draw.choice(["yes", "no"], n)
    project = made(tmp_path, frame)
    found = project.worth.seek_features()
    assert found.tried
    assert found.screened == 12
    assert not found.proposed
    assert "none is shown to help" in found.sentence()
    assert project.worth.proposals() == ()


def test_those_not_measured_count_as_helping_nothing() -> None:
    adjusted = benjamini_hochberg([0.001, 0.04, 0.02], of=10)
    assert adjusted == pytest.approx([0.01, 4 / 30, 0.1])
    assert benjamini_hochberg([0.5], of=1) == pytest.approx([0.5])
