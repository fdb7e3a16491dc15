import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from mll_core.domain.task import Task
from mll_core.plugins.ensembles.stacked_ensemble import StackedEnsemble


def two(odds: np.ndarray) -> np.ndarray:
    positive = 1 / (1 + np.exp(-odds))
    return np.column_stack([1 - positive, positive])


def test_numbers_are_weighed_as_by_linear_regression_with_weights_above_zero() -> None:
    draw = np.random.default_rng(0)
    truth = draw.normal(20, 5, 2_000)
    said = [truth * 2 + draw.normal(0, 4, 2_000), 7 - truth + draw.normal(0, 1, 2_000)]
    said += [truth + draw.normal(0, 3, 2_000)]
    mix = StackedEnsemble(l2=0).mix(said, truth, Task.REGRESSION)
    theirs = LinearRegression(positive=True).fit(np.stack(said, axis=1), truth)
    np.testing.assert_allclose(mix.weights, theirs.coef_, atol=1e-8)
    assert mix.weights[1] == 0
    np.testing.assert_allclose(mix.blend(said), theirs.predict(np.stack(said, axis=1)))


def test_two_classes_are_weighed_as_by_logistic_regression_on_log_odds() -> None:
    draw = np.random.default_rng(1)
    odds = draw.normal(0, 2, 4_000)
    truth = (draw.random(4_000) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    known = [2 * odds + draw.normal(0, 1, 4_000), odds + draw.normal(0, 2, 4_000)]
    mix = StackedEnsemble(l2=0).mix([two(one) for one in known], truth, Task.BINARY)
    theirs = LogisticRegression(C=np.inf).fit(np.stack(known, axis=1), truth)
    np.testing.assert_allclose(mix.weights, theirs.coef_[0], atol=2e-3)
    ours = mix.blend([two(one) for one in known])
    np.testing.assert_allclose(ours, theirs.predict_proba(np.stack(known, axis=1)), atol=1e-3)


def test_several_classes_get_a_constant_each_and_add_up() -> None:
    draw = np.random.default_rng(2)
    shares = draw.dirichlet([2.0, 2.0, 2.0], 3_000)
    truth = (shares.cumsum(axis=1) < draw.random((3_000, 1))).sum(axis=1)
    skewed = shares * [1.0, 3.0, 1.0]  # says the second class three times too often
    skewed /= skewed.sum(axis=1, keepdims=True)
    mix = StackedEnsemble(l2=0).mix([skewed, np.full((3_000, 3), 1 / 3)], truth, Task.MULTICLASS)
    np.testing.assert_allclose(mix.blend([skewed, np.full((3_000, 3), 1 / 3)]).sum(axis=1), 1)
    assert mix.weights[0] == pytest.approx(1, abs=0.1)
    assert mix.bias[1] - mix.bias[0] == pytest.approx(-np.log(3), abs=0.15)


def test_much_holding_back_gives_equal_weights() -> None:
    truth = np.array([0, 1] * 50)
    said = [two(np.where(truth == 1, 1.0, -1.0)), two(np.zeros(100))]
    mix = StackedEnsemble(l2=1_000).mix(said, truth, Task.BINARY)
    np.testing.assert_allclose(mix.weights, 0.5, atol=0.02)
    values = np.array([1.0, 3.0] * 50)
    mix = StackedEnsemble(l2=1_000).mix([values, values * 0], values, Task.REGRESSION)
    np.testing.assert_allclose(mix.weights, 0.5, atol=0.06)
