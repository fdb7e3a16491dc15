"""Exact SHAP values and interactions of every model of trees, against shap and by definition."""

import warnings
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest
from fitted_cases import customers, fit

from mll_core.domain.ensemble import Mix
from mll_core.domain.task import Floats, Task
from mll_core.infra import exact, tree_readers
from mll_core.infra.estimators.blend import Blend
from mll_core.infra.estimators.reweighed import Reweighed
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.tree_nodes import Nodes

ROWS, NEW = customers(), customers(12, seed=1)
NUMBERS = ROWS.drop(columns=["city", "sex"])
TASKS = [Task.BINARY, Task.MULTICLASS, Task.REGRESSION]
SMALL = {"trees": 10}


def summed(fitted: FittedModel) -> exact.Exact:
    found = exact.of(fitted.estimator, fitted.task, len(fitted.classes))
    assert found is not None
    return found


def outputs(values: Any, base: Any) -> Floats:
    """What shap says as (n, outputs, p + 1); of the shares of two classes the second."""
    found = np.asarray(values)
    found = found[:, None] if found.ndim == 2 else found.transpose(0, 2, 1)
    start = np.broadcast_to(np.ravel(base), (len(found), found.shape[1]))
    return np.concatenate([found, start[:, :, None]], axis=2)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    "kind", ["hist_gradient_boosting", "random_forest", "extra_trees", "decision_tree"]
)
def test_trees_of_scikit_learn_equal_the_shap_library(kind: str, task: Task) -> None:
    shap = pytest.importorskip("shap")
    fitted = fit(NUMBERS, task, kind, **({} if kind == "decision_tree" else SMALL))
    core = getattr(fitted.estimator, "named_steps", {}).get("tree", fitted.estimator)
    matrix = fitted.matrix(NEW)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trees = shap.TreeExplainer(core, feature_perturbation="tree_path_dependent")
        expected = outputs(trees.shap_values(matrix), trees.expected_value)
    found = summed(fitted)
    expected = expected[:, -1:] if task is Task.BINARY else expected
    assert found.given(matrix) == pytest.approx(expected, abs=1e-9)
    if kind == "decision_tree":
        both = np.asarray(trees.shap_interaction_values(matrix))
        both = both[..., None] if both.ndim == 3 else both
        both = both.transpose(0, 3, 1, 2)[:, -1:] if task is Task.BINARY else (
            both.transpose(0, 3, 1, 2))  # fmt: skip
        apart = both * (1 - np.eye(both.shape[-1]))
        assert found.pairs(matrix) == pytest.approx(apart, abs=1e-9)


def known_only(nodes: Nodes, left: Any, known: frozenset[int], node: int) -> float:
    """What the tree says when only some features are known: the definition, node by node."""
    if nodes.left[node] < 0:
        return float(nodes.value[node])
    sides = (nodes.left[node], nodes.right[node])
    if int(nodes.feature[node]) in known:
        return known_only(nodes, left, known, sides[0] if left[node, 0] else sides[1])
    shares = nodes.cover[list(sides)] / nodes.cover[node]
    return float(
        sum(
            share * known_only(nodes, left, known, side)
            for share, side in zip(shares, sides, strict=True)
        )
    )


def by_definition(nodes: Nodes, left: Any, p: int, some: tuple[int, ...]) -> float:
    """The Shapley value of one feature, or the interaction index of two, over all coalitions."""
    rest, total, k = [f for f in range(p) if f not in some], 0.0, len(some)
    for size in range(len(rest) + 1):
        weight = factorial(size) * factorial(p - size - k) / factorial(p - k + 1)
        for chosen in combinations(rest, size):
            for much in range(k + 1):
                for these in combinations(some, much):
                    told = known_only(nodes, left, frozenset((*chosen, *these)), 0)
                    total += weight * (-1) ** (k - much) * told
    return total


@pytest.mark.parametrize("kind", ["hist_gradient_boosting", "lightgbm"])
def test_splits_of_categories_are_exact_by_the_definition(kind: str) -> None:
    fitted = fit(ROWS.assign(city=ROWS["city"] + ROWS["sex"]), Task.BINARY, kind, trees=5)
    read = {
        "lightgbm": lambda: tree_readers.of_lightgbm(fitted.estimator.booster_),
        "hist_gradient_boosting": lambda: tree_readers.of_boosting(fitted.estimator),
    }[kind]()
    assert read is not None
    matrix = fitted.matrix(NEW.assign(city=[*NEW["city"][:11] + NEW["sex"][:11], "Mars"]))[[0, 11]]
    p = matrix.shape[1]
    values, pairs = np.zeros((2, p)), np.zeros((2, p, p))
    for tree in read.grown[0]:
        nodes = Nodes.joined([tree])
        assert kind == "lightgbm" or nodes.levels or len(nodes.left) < 60
        for row in range(2):
            left = nodes.goes_left(read.prepare(matrix[[row]]))
            for one in range(p):
                values[row, read.order[one]] += by_definition(nodes, left, p, (one,))
                for other in range(one):
                    both = by_definition(nodes, left, p, (one, other)) / 2
                    at, to = read.order[one], read.order[other]
                    pairs[row, at, to] += both
                    pairs[row, to, at] += both
    assert read.given(matrix)[:, 0, :p] == pytest.approx(values, abs=1e-9)
    assert read.pairs(matrix)[:, 0] == pytest.approx(pairs, abs=1e-9)


@pytest.mark.parametrize("task", TASKS)
def test_lightgbm_read_here_equals_what_it_says_itself(task: Task) -> None:
    fitted = fit(ROWS, task, "lightgbm", trees=30)
    matrix = fitted.matrix(NEW)
    read = tree_readers.of_lightgbm(fitted.estimator.booster_)
    known = exact.of(fitted.estimator, fitted.task, len(fitted.classes))
    assert known is not None
    assert read is not None
    assert known.leaves == read.leaves > 0
    assert read.given(matrix) == pytest.approx(summed(fitted).given(matrix), abs=1e-9)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    "kind", ["hist_gradient_boosting", "lightgbm", "random_forest", "xgboost", "catboost"]
)
def test_every_model_of_trees_tells_what_two_columns_add_beyond_each_alone(
    kind: str, task: Task
) -> None:
    if kind in ("xgboost", "catboost"):
        pytest.importorskip(kind)
    fitted = fit(ROWS, task, kind, **SMALL)
    matrix = fitted.matrix(NEW)
    known = summed(fitted)
    pairs = known.pairs(matrix)
    assert pairs is not None
    assert known.walked > 0
    assert known.leaves == (0 if kind == "catboost" else known.walked)
    if kind == "xgboost":
        nodes = fitted.estimator._model.trees_to_dataframe()["Feature"]
        assert known.leaves == (nodes == "Leaf").sum()
    assert pairs.shape[1:] == (3 if task is Task.MULTICLASS else 1, 5, 5)
    assert pairs == pytest.approx(pairs.swapaxes(-1, -2), abs=1e-5)
    assert np.abs(pairs).max() > 0


def blend(fits: list[FittedModel], mix: Mix) -> Blend:
    first = fits[0]
    members = [one.estimator for one in fits]
    return Blend(members, mix.to_json(), first.task.value, len(first.classes))


def test_a_sum_of_log_odds_is_exact_and_a_mean_of_boosted_probabilities_is_not() -> None:
    fits = [fit(ROWS, Task.BINARY, kind, trees=20) for kind in ("lightgbm", "xgboost")]
    stacked = blend(fits, Mix(weights=(0.7, 0.5), bias=(0.1, -0.2), log=True))
    matrix = fits[0].matrix(NEW)
    found = exact.of(stacked, Task.BINARY, 2)
    assert found is not None
    p = stacked.predict_proba(matrix)[:, 1]
    assert found.given(matrix).sum(axis=2)[:, 0] == pytest.approx(np.log(p / (1 - p)), abs=1e-5)
    mean = blend(fits, Mix(weights=(0.5, 0.5)))
    assert exact.of(mean, Task.BINARY, 2) is None
    assert "no exact sum" in exact.why_not(mean)


@pytest.mark.parametrize(
    ("task", "kinds"),
    [(Task.REGRESSION, ("lightgbm", "random_forest")),
     (Task.MULTICLASS, ("random_forest", "decision_tree"))],
)  # fmt: skip
def test_a_mean_of_what_adds_up_on_its_scale_is_exact(task: Task, kinds: tuple[str, str]) -> None:
    fits = [fit(ROWS, task, kind, **({} if kind[-4:] == "tree" else SMALL)) for kind in kinds]
    mean = blend(fits, Mix(weights=(0.25, 0.75)))
    matrix = fits[0].matrix(NEW)
    found = exact.of(mean, task, len(fits[0].classes))
    assert found is not None
    said = mean.predict(matrix) if task is Task.REGRESSION else mean.predict_proba(matrix)
    told = found.given(matrix).sum(axis=2)
    assert (told[:, 0] if told.shape[1] == 1 else told) == pytest.approx(said, rel=1e-6)


def test_weights_on_classes_only_move_the_base() -> None:
    fitted = fit(ROWS, Task.BINARY, "hist_gradient_boosting", **SMALL)
    weighed = Reweighed(fitted.estimator, [1.0, 4.0])
    matrix = fitted.matrix(NEW)
    found = exact.of(weighed, Task.BINARY, 2)
    assert found is not None
    p = weighed.predict_proba(matrix)[:, 1]
    assert found.given(matrix).sum(axis=2)[:, 0] == pytest.approx(np.log(p / (1 - p)), abs=1e-9)
    assert found.given(matrix)[:, :, :-1] == pytest.approx(summed(fitted).given(matrix)[:, :, :-1])


def test_many_rows_and_long_paths_say_the_same_as_few_and_short_ones() -> None:
    draw = np.random.default_rng(0)
    wide = draw.normal(size=(400, 30)).astype(np.float32)
    from sklearn.ensemble import ExtraTreesRegressor

    forest = ExtraTreesRegressor(3, max_features=1, random_state=0)
    forest.fit(wide, draw.normal(size=400))
    read = tree_readers.of_trees(list(forest.estimators_))
    many = read.given(np.repeat(wide[:40], 20, axis=0))
    assert many[::20] == pytest.approx(read.given(wide[:40]), abs=1e-12)
    assert many.sum(axis=2)[::20, 0] == pytest.approx(forest.predict(wide[:40]))
