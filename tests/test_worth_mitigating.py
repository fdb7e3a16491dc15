"""Ways to be fairer, tried for a protected column: the gap they close, and their price."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mll_core.cli import main
from mll_core.domain.errors import UnfitTarget, UnknownColumn
from mll_core.plugins.mitigations.group_thresholds import GroupThresholds
from mll_core.plugins.mitigations.reweighing import Reweighing
from mll_core.project import Project
from mll_core.workspace import Workspace

FEW = {
    "split.repeats": 1,
    "split.folds": 2,
    "train.models": [{"kind": "logistic_regression"}],
    "brief.protected": ["group"],
    "brief.primary_metric": "roc_auc",
    "brief.values": {"true_positive": 10, "false_positive": -4, "false_negative": 0},
}


def people(folder: Path, n: int = 700) -> Project:
    draw = np.random.default_rng(0)
    group = draw.choice(["a", "b"], n)
    means = draw.normal(size=n) + 1.2 * (group == "b")
    late = np.where(means + draw.normal(0, 0.7, n) > 0.8, "yes", "no")
    frame = pd.DataFrame({"group": group, "means": means, "other": draw.normal(size=n)})
    frame.assign(late=late, amount=means).to_csv(folder / "people.csv", index=False)
    workspace = Workspace.open(folder / "home", actor="ana")
    settings = {**FEW, "prepare.exclude": [{"column": "amount", "reason": "a copy"}]}
    return workspace.create_project(
        "People", str(folder / "people.csv"), target="late", settings=settings
    )


def test_each_way_tells_what_it_does_to_the_gaps_and_what_it_costs(tmp_path: Path) -> None:
    project = people(tmp_path)
    said: list[dict[str, list[str]]] = []
    ways = (Reweighing(), GroupThresholds(), GroupThresholds(goal="equal_opportunity"))
    found = project.worth.mitigate("group", ways, publish=said.append)
    assert found.left_out == ()
    assert [one.mitigation for one in found.tried] == [way.kind for way in ways]
    parity = found.tried[1]
    moved = {gap.definition: gap for gap in parity.gaps}["demographic_parity"]
    assert moved.after < 0.4 * moved.before
    assert parity.right.with_it < parity.right.without
    weighed = {gap.definition: gap for gap in found.tried[0].gaps}["demographic_parity"]
    assert moved.after < weighed.after < weighed.before == moved.before
    assert parity.money is not None
    assert parity.money.gain.value < 0
    thresholds = [one for one in found.tried if one.mitigation == "group_thresholds"]
    assert all(one.score.gain.value == 0 for one in thresholds)  # the order of cases is the same
    assert "points apart" in parity.sentence
    assert "EUR per case" in parity.sentence
    assert said
    kept = project.worth.mitigations()
    assert kept is not None
    assert kept.fresh
    assert kept.value.columns == (found,)
    project.edit("split.seed", 5)
    again = project.worth.mitigations()
    assert again is not None
    assert not again.fresh


def test_a_column_that_is_not_there_and_numbers_are_refused_in_words(tmp_path: Path) -> None:
    project = people(tmp_path, n=200)
    with pytest.raises(UnknownColumn, match="grup"):
        project.worth.mitigate("grup")
    project.edit("brief.primary_metric", "auto")
    project.edit("brief.target", "amount")
    with pytest.raises(UnfitTarget, match="yes or no"):
        project.worth.mitigate("group")


def test_without_time_nothing_is_tried_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people(tmp_path, n=300)
    asked = ["mitigate", "people", "group", "--budget", "0", "--json"]
    code = main([*asked, "--home", str(tmp_path / "home")])
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["column"], answer["tried"]) == (0, "group", [])
    assert all("no time left" in one for one in answer["left_out"])
