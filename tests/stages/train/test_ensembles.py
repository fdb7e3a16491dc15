"""Several models as one, through a whole training."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from training_cases import order, people, workshop

from mll_core.catalog import ENSEMBLES
from mll_core.domain.task import ANSWERED, Task
from mll_core.domain.train_section import TrainSection
from mll_core.domain.training import Run, Training
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.plugins.models.logistic_regression import LogisticRegression
from mll_core.plugins.models.ridge import Ridge
from mll_core.stages import train
from mll_core.stages.train import Order, Tools


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return workshop(tmp_path_factory.mktemp("home"))


def asked(tools: Tools, task: Task, **changes: object) -> Order:
    linear = LogisticRegression() if task.classifies else Ridge()
    section = TrainSection(models=(linear, LightGBM(trees=20)), threads=1, trials=3)
    return order(tools, people(task), task, section=section.model_copy(update=changes))


@pytest.fixture(scope="module")
def trainings(tools: Tools) -> dict[Task, tuple[Order, Training]]:
    def made(task: Task) -> tuple[Order, Training]:
        one = asked(tools, task)
        return one, train.train(one, tools)

    return {task: made(task) for task in sorted(ANSWERED)}


def ensembles(found: Training) -> list[Run]:
    return [run for run in found.leaderboard if run.model in ENSEMBLES]


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_ensembles_stand_on_the_leaderboard_with_their_members(
    task: Task, trainings: dict[Task, tuple[Order, Training]]
) -> None:
    _, found = trainings[task]
    for run in ensembles(found):
        members = run.parameters["members"]
        assert run.label == f"{ENSEMBLES[run.model].label} of {len(members)}"
        assert len(members) >= 2
        assert {member["label"] for member in members} <= {r.label for r in found.leaderboard}
        alone = [r for r in found.leaderboard if r.label in {m["label"] for m in members}]
        assert run.seconds == pytest.approx(sum(r.seconds for r in alone))
        assert run.score.low < run.score.value < run.score.high
    assert ensembles(found)


def test_a_fold_is_mixed_by_the_weights_that_the_other_folds_gave(
    tools: Tools, trainings: dict[Task, tuple[Order, Training]]
) -> None:
    _, found = trainings[Task.REGRESSION]
    run = ensembles(found)[0]
    labels = [member["label"] for member in run.parameters["members"]]

    def table(label: str) -> pd.DataFrame:
        (kept,) = [r.out_of_fold for r in found.leaderboard if r.label == label]
        return pq.read_table(tools.objects.path(str(kept))).to_pandas()

    tables, mine = [table(label) for label in labels], table(run.label)
    ensemble = ENSEMBLES[run.model].of()
    for fold in mine["fold"].unique():
        here = mine["fold"] == fold
        rest = [one.loc[~here, "score"].to_numpy() for one in tables]
        mix = ensemble.mix(rest, mine.loc[~here, "truth"].to_numpy(), Task.REGRESSION)
        expected = mix.bias[0] if mix.bias else 0.0
        for weight, one in zip(mix.weights, tables, strict=True):
            expected = expected + weight * one.loc[here, "score"].to_numpy()
        np.testing.assert_allclose(mine.loc[here, "score"], expected, rtol=1e-9)


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_one_that_wins_is_stored_answers_raw_rows_and_comes_out_the_same_again(
    task: Task, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cls in ENSEMBLES.values():
        monkeypatch.setattr(cls, "complexity", 0)  # the simplest of those that are level wins
    one = asked(tools, task)
    found = train.train(one, tools)
    assert found.winner.model in ENSEMBLES
    model = tools.models.load(found.model_sha256)
    raw = people(task, seed=3)
    whole = model.score(raw)
    assert np.isfinite(whole).all()
    each = np.concatenate([model.score(raw[row : row + 1]) for row in range(20)])
    np.testing.assert_allclose(whole[:20], each, rtol=1e-12)  # a linear sum may round otherwise
    report = train.reproduce(one, found, found.recommended, tools)
    assert report["identical"], report


def test_none_where_only_models_that_can_be_followed_are_wanted_or_nobody_wants_them(
    tools: Tools,
) -> None:
    for changes in ({"interpretable_only": True, "models": ()}, {"ensembles": False}):
        found = train.train(asked(tools, Task.REGRESSION, **changes), tools)
        assert not ensembles(found)
