"""Recipes measured on the folds of training: the numbers are scikit-learn's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score, root_mean_squared_error
from training_cases import order, workshop

from mll_core.catalog import STEPS
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.domain.worth import Change
from mll_core.infra import folds
from mll_core.stages.train import Order, Yardstick, better_than_chance, quick
from mll_core.stages.train.rows import Part, Rows, parts

RATIO = STEPS["derive_column"].of(to="ratio", formula="a / b")
WITH, NONE = Recipe(steps=(RATIO,)), Recipe()
ALL: frozenset[str] = frozenset()


def rows(n: int = 400, seed: int = 0) -> pd.DataFrame:
    """An answer that depends on the ratio of two numbers."""
    draw = np.random.default_rng(seed)
    a, b = draw.uniform(1, 10, n), draw.uniform(1, 10, n)
    yes = a / b + draw.normal(0, 0.3, n) > 1
    return pd.DataFrame({"a": a, "b": b, "answer": np.where(yes, "yes", "no")})


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Order:
    tools = workshop(tmp_path_factory.mktemp("yardstick"))
    return order(tools, rows(), Task.BINARY, excluded=ALL, recipe=WITH)


def test_the_scores_are_scikit_learns_on_the_same_folds(asked: Order) -> None:
    yardstick = Yardstick(asked, quick(Task.BINARY))
    frame = rows()
    truth = (frame["answer"] == "yes").to_numpy().astype(int)
    if truth.mean() > 0.5:  # the rarer class is the positive one
        truth = 1 - truth
    frame["ratio"] = frame["a"] / frame["b"]
    for recipe, names in ((WITH, ["a", "b", "ratio"]), (NONE, ["a", "b"])):
        matrix = frame[names].to_numpy(np.float32)
        mine = yardstick.measure(recipe, ALL, quiet)
        theirs = []
        for learn, judge in folds.folds(truth, asked.split):
            booster = HistGradientBoostingClassifier(
                learning_rate=0.12, max_iter=60, max_leaf_nodes=15, min_samples_leaf=20,
                l2_regularization=1.0, early_stopping=False, random_state=0,
            )  # fmt: skip
            booster.fit(matrix[learn], truth[learn])
            theirs.append(roc_auc_score(truth[judge], booster.predict_proba(matrix[judge])[:, 1]))
        assert mine == pytest.approx(theirs)


def test_the_change_is_the_corrected_paired_difference(asked: Order) -> None:
    yardstick = Yardstick(asked, quick(Task.BINARY))
    one, other = np.array([0.9, 0.92, 0.88]), np.array([0.8, 0.83, 0.81])
    found = yardstick.change(one, other)
    gain = one - other
    sizes = [len(judge) / len(learn) for learn, judge in yardstick.rows.cuts]
    error = np.sqrt((1 / 3 + np.mean(sizes)) * gain.var(ddof=1))
    low, high = stats.t.interval(0.95, 2, loc=gain.mean(), scale=error)
    assert (found.gain.low, found.gain.high) == pytest.approx((low, high))
    assert (found.with_it, found.without) == pytest.approx((0.9, other.mean()))
    assert found.gain.n == 400


def test_where_less_is_better_plus_still_means_better(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    frame = pd.DataFrame({"x": draw.normal(size=200), "y": draw.normal(size=200)})
    frame["answer"] = 3 * frame["x"] + draw.normal(size=200)
    given = order(workshop(tmp_path), frame, Task.REGRESSION, excluded=ALL)
    yardstick = Yardstick(given, quick(Task.REGRESSION, linear=True))
    with_x = yardstick.measure(NONE, ALL, quiet)
    without = yardstick.measure(NONE, frozenset({"x"}), quiet)
    found = yardstick.change(with_x, without)
    assert found.effect == "helps"
    assert found.with_it < 1.5 < found.without
    learn, judge = yardstick.rows.cuts[0]
    line = Ridge(alpha=3.0).fit(frame[["x"]].iloc[learn], frame["answer"].iloc[learn])
    plain = root_mean_squared_error(frame["answer"][judge], line.predict(frame[["x"]].iloc[judge]))
    assert -with_x[0] == pytest.approx(plain, rel=0.1)  # ours bends, and has y as well


def test_what_changes_nothing_makes_no_difference(asked: Order) -> None:
    yardstick = Yardstick(asked, quick(Task.BINARY))
    scores = np.array([0.8, 0.9, 0.7])
    found = yardstick.change(scores, scores)
    assert found.effect == "no difference"
    assert found.sentence() == "±0, makes no difference"


def test_a_gain_is_told_with_its_reach() -> None:
    def told(value: float, low: float, high: float) -> str:
        gain = {"value": value, "low": low, "high": high}
        return Change.model_validate({"with_it": 1, "without": 1, "gain": gain}).sentence()

    assert told(0.004, -0.002, 0.010) == "+0.004 ± 0.006, not shown to help"
    assert told(-0.02, -0.03, -0.01) == "-0.020 ± 0.010, shown to hurt"
    assert told(12, 10, 14) == "+12 ± 2, shown to help"


def knowing(rows: Rows, order: Order, tell: Progress) -> list[Part]:
    """A pipeline that encodes groups by the mean answer of all rows, also of those it is judged
    on: the mistake that folds are there to prevent."""
    groups = np.arange(len(rows.truth)) // 3
    means = np.bincount(groups, rows.truth.astype(float)) / np.bincount(groups)
    table = rows.table.append_column("group mean", [means[groups]])
    return parts(Rows(table, rows.truth, rows.classes, rows.cuts), order, tell)


def gains(yardstick: Yardstick, shuffles: int) -> list[float]:
    pairs = [yardstick.shuffled(seed, quiet) for seed in range(1, shuffles + 1)]
    return [float(mine.mean() - constant.mean()) for mine, constant in pairs]


def test_an_honest_pipeline_scores_like_chance_on_shuffled_answers(asked: Order) -> None:
    yardstick = Yardstick(asked, quick(Task.BINARY, linear=True))
    found = better_than_chance(gains(yardstick, 6))
    assert found.low <= 0
    _, constant = yardstick.shuffled(1, quiet)
    assert constant == pytest.approx([0.5] * 3)


def test_a_pipeline_that_encodes_outside_of_the_folds_is_found_out(asked: Order) -> None:
    yardstick = Yardstick(asked, quick(Task.BINARY, linear=True), pipeline=knowing)
    found = better_than_chance(gains(yardstick, 4))
    assert found.low > 0.1


def test_a_shuffle_is_repeatable_by_its_seed(asked: Order) -> None:
    yardstick = Yardstick(replace(asked), quick(Task.BINARY, linear=True))
    first, again, other = (yardstick.shuffled(seed, quiet)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
