"""The search for columns worth making: a planted ratio is found, noise is left alone."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mll_core.cli import main
from mll_core.project import Project
from mll_core.stages.train import gain_by_chance
from mll_core.workspace import Workspace
from mll_core.worth.features import ALPHA, benjamini_hochberg

FEW = {
    "split.repeats": 3,
    "split.folds": 3,
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
    draw, n = np.random.default_rng(0), 400
    debt, income = draw.uniform(1, 9, n), draw.uniform(1, 9, n)
    late = np.abs(np.log(debt / income)) + draw.normal(0, 0.05, n) < 0.3
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
    draw, n = np.random.default_rng(1), 200
    frame = pd.DataFrame(draw.normal(size=(n, 2)), columns=["a", "b"])
    frame["late"] = draw.choice(["yes", "no"], n)
    project = made(tmp_path, frame)
    found = project.worth.seek_features()
    assert found.tried
    assert found.screened == 4
    assert not found.proposed
    assert "none is shown to help" in found.sentence()
    assert project.worth.proposals() == ()


def test_of_many_searches_in_noise_at_most_one_in_twenty_proposes_anything() -> None:
    """Least squares on columns of noise, on three folds drawn three times, as a search does it."""
    draw, rounds, n, candidates, false = np.random.default_rng(2), 200, 120, 6, 0
    for _ in range(rounds):
        base, new = draw.normal(size=(n, 2)), draw.normal(size=(n, candidates))
        answer = draw.normal(size=n)
        folds = [part for _ in range(3) for part in np.array_split(draw.permutation(n), 3)]
        before = np.array([score(base, answer, held) for held in folds])
        found = []
        for column in new.T:
            after = [score(np.column_stack([base, column]), answer, held) for held in folds]
            found.append(gain_by_chance(np.array(after), before, overlap=0.5))
        false += bool((benjamini_hochberg(found, candidates) <= ALPHA).any())
    assert false / rounds <= 0.05


def score(rows: np.ndarray, answer: np.ndarray, held: np.ndarray) -> float:
    learn = np.setdiff1d(np.arange(len(answer)), held)
    weights = np.linalg.lstsq(rows[learn], answer[learn], rcond=None)[0]
    return -float(((answer[held] - rows[held] @ weights) ** 2).mean())


def test_those_not_measured_count_as_helping_nothing() -> None:
    adjusted = benjamini_hochberg([0.001, 0.04, 0.02], of=10)
    assert adjusted == pytest.approx([0.01, 4 / 30, 0.1])
    assert benjamini_hochberg([0.5], of=1) == pytest.approx([0.5])
