import time
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fitted_cases import customers, fit

from mll_core.domain.task import Floats, Task
from mll_core.infra.explainer import BACKGROUND, affordable, effects, explain
from mll_core.infra.fitted_model import FittedModel

ROWS, NEW = customers(), customers(12, seed=1)
MODELS = ["lightgbm", "logistic_regression", "hist_gradient_boosting", "random_forest"]


def log_odds(p: Floats) -> Floats:
    return np.log(p / (1 - p))


@pytest.mark.parametrize("kind", [*MODELS, "neural_network", "prior", "best_single_column"])
def test_base_and_effects_add_up_to_what_the_model_says(kind: str) -> None:
    fitted = fit(ROWS, Task.BINARY, kind)
    found = explain(fitted, ROWS, NEW)
    assert found.sources == ("age", "usage", "city", "sex", "noise")
    assert found.base + found.values.sum(axis=1) == pytest.approx(found.output, abs=1e-6)
    said = fitted.score(NEW)[:, 1]
    expected = said if found.unit == "probability" else log_odds(said)
    assert found.output == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION])
@pytest.mark.parametrize("kind", ["lightgbm", "hist_gradient_boosting"])
def test_other_tasks_add_up_too(task: Task, kind: str) -> None:
    fitted = fit(ROWS, task, kind, trees=60)
    found = explain(fitted, ROWS, NEW)
    assert found.base + found.values.sum(axis=1) == pytest.approx(found.output, abs=1e-6)
    if task is Task.REGRESSION:
        assert found.output == pytest.approx(fitted.score(NEW), rel=1e-6)
        assert found.unit == "unit of spend"


def test_trees_equal_the_shap_library() -> None:
    shap = pytest.importorskip("shap")
    fitted = fit(ROWS, Task.BINARY, "lightgbm")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what shap says of LightGBM's output format
        expected = shap.TreeExplainer(fitted.estimator).shap_values(fitted.matrix(NEW))
    values, base, _ = effects(fitted, ROWS, NEW)
    assert values == pytest.approx(expected, abs=1e-6)  # one feature per column here
    assert np.ptp(base) == 0


def test_a_model_that_adds_up_is_explained_exactly_though_orders_are_drawn() -> None:
    fitted = fit(ROWS, Task.BINARY, "logistic_regression")
    usual, new = ROWS.head(BACKGROUND), NEW.head(10)
    found = explain(fitted, usual, new)
    assert "orders of columns" in found.method
    typical = log_odds(fitted.score(usual)[:, 1]).mean()
    for at, column in enumerate(found.sources):
        for place in range(len(new)):
            swapped = usual.assign(**{column: new[column].iloc[place]})
            alone = log_odds(fitted.score(swapped)[:, 1]).mean() - typical
            assert found.values[place, at] == pytest.approx(alone, abs=1e-5)


class Voice:
    """A forest of which only the answers are known."""

    def __init__(self, forest: Any) -> None:
        self.classes_, self.estimators_ = forest.classes_, ()
        self.predict_proba = forest.predict_proba


def test_few_columns_equal_the_shap_library() -> None:
    shap = pytest.importorskip("shap")
    columns = ["age", "usage", "noise", "leaves", "plan", "spend"]
    known = ROWS[columns].fillna({"usage": 40.0})
    fitted = fit(known, Task.BINARY, "random_forest", trees=20)
    usual, new = known.head(BACKGROUND), NEW[columns].fillna({"usage": 40.0})
    trees = shap.TreeExplainer(fitted.estimator, fitted.matrix(usual), model_output="raw")
    expected = trees.shap_values(fitted.matrix(new), check_additivity=False)[:, :, 1]
    found = explain(replace(fitted, estimator=Voice(fitted.estimator)), usual, new)
    assert found.unit == "probability"
    assert found.values == pytest.approx(expected, abs=1e-6)
    assert found.method.startswith("exact over all orders")


def test_what_matters_outweighs_what_does_not() -> None:
    for kind in MODELS:
        found = explain(fit(ROWS, Task.BINARY, kind), ROWS, NEW)
        weight = dict(zip(found.sources, np.abs(found.values).mean(axis=0), strict=True))
        assert weight["age"] > 2 * weight["noise"]


def test_the_same_seed_gives_the_same_values() -> None:
    fitted = fit(ROWS, Task.BINARY, "neural_network")
    assert np.array_equal(effects(fitted, ROWS, NEW)[0], effects(fitted, ROWS, NEW)[0])


def seconds(fitted: FittedModel, n: int) -> float:
    rows, started = customers(n, seed=2), time.process_time()
    explain(fitted, ROWS, rows)
    return time.process_time() - started


@pytest.mark.parametrize("kind", ["neural_network", "random_forest"])
def test_one_row_is_explained_at_once_and_many_within_seconds(kind: str) -> None:
    fitted = fit(ROWS, Task.BINARY, kind)
    assert seconds(fitted, 1) < 2
    assert seconds(fitted, affordable(fitted, 300)) < 30


def test_fewer_rows_are_affordable_of_what_is_sampled() -> None:
    sampled = fit(ROWS, Task.BINARY, "neural_network")
    assert affordable(sampled, 10_000) < affordable(fit(ROWS, Task.BINARY, "lightgbm"), 10_000)
