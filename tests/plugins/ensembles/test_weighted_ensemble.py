import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from mll_core.domain.task import Task
from mll_core.plugins.ensembles.weighted_ensemble import WeightedEnsemble


def two(positive: np.ndarray) -> np.ndarray:
    return np.column_stack([1 - positive, positive])


def test_numbers_off_in_opposite_ways_are_averaged_evenly() -> None:
    truth = np.arange(100.0)
    mix = WeightedEnsemble().mix([truth + 5, truth - 5, truth + 50], truth, Task.REGRESSION)
    assert mix.weights == (0.5, 0.5, 0.0)
    np.testing.assert_allclose(mix.blend([truth + 5, truth - 5, truth + 50]), truth)


def test_the_weights_are_near_the_best_there_are() -> None:
    draw = np.random.default_rng(0)
    truth = draw.normal(size=4_000)
    one, two_ = truth + draw.normal(0, 1, 4_000), truth + draw.normal(0, 2, 4_000)
    mix = WeightedEnsemble(rounds=100).mix([one, two_], truth, Task.REGRESSION)
    best = minimize_scalar(lambda w: ((w * one + (1 - w) * two_ - truth) ** 2).mean()).x
    assert mix.weights[0] == pytest.approx(best, abs=0.02)


def test_of_classes_the_mean_is_of_probabilities_and_never_worse_than_the_best_alone() -> None:
    draw = np.random.default_rng(1)
    odds = draw.normal(0, 2, 3_000)
    truth = (draw.random(3_000) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    said = [two(1 / (1 + np.exp(-(odds + draw.normal(0, s, 3_000))))) for s in (0.5, 1.0, 3.0)]
    mix = WeightedEnsemble().mix(said, truth, Task.BINARY)
    assert sum(mix.weights) == pytest.approx(1)

    def loss(score: np.ndarray) -> float:
        return float(-np.log(score[np.arange(3_000), truth]).mean())

    assert loss(mix.blend(said)) < min(map(loss, said))
    np.testing.assert_allclose(mix.blend(said).sum(axis=1), 1)


def test_one_that_is_best_alone_stays_alone() -> None:
    truth = np.arange(50.0)
    draw = np.random.default_rng(2)
    mix = WeightedEnsemble().mix([truth, draw.normal(size=50)], truth, Task.REGRESSION)
    assert mix.weights == (1.0, 0.0)
