"""Predictions of every kind, and the few words metric tests share."""

import numpy as np
import pytest

from mll_core.domain.task import Floats, Predictions, Task

SEEDS = pytest.mark.parametrize("seed", range(6))
NOT_A_NUMBER = pytest.approx(float("nan"), nan_ok=True)


def exactly(value: float) -> object:
    """Equal to 1e-12, the promise every metric makes."""
    return pytest.approx(float(value), rel=1e-12, abs=1e-12)


def binary(seed: int, n: int = 200, share: float = 0.3) -> Predictions:
    """Probabilities with some skill; odd seeds have many ties."""
    draw = np.random.default_rng(seed)
    truth = (draw.random(n) < share).astype(np.int64)
    raw = 1 / (1 + np.exp(-draw.normal(1.5 * truth - 1, 1, n)))
    raw = raw.round(1) if seed % 2 else raw
    return Predictions(
        truth, np.c_[1 - raw, raw], (raw >= 0.5).astype(np.int64), ("stays", "leaves")
    )


def multiclass(seed: int, n: int = 200, k: int = 4) -> Predictions:
    """Probabilities of k classes with some skill; odd seeds have ties."""
    draw = np.random.default_rng(seed)
    truth = draw.choice(k, n, p=np.arange(1, k + 1) / (k * (k + 1) / 2)).astype(np.int64)
    raw = draw.gamma(1.0, size=(n, k)) + 0.8 * np.eye(k)[truth]
    raw = raw.round(1) + 0.1 if seed % 2 else raw
    score = raw / raw.sum(axis=1, keepdims=True)
    return Predictions(truth, score, score.argmax(axis=1), tuple("abcdefgh"[:k]))


def numeric(seed: int, n: int = 200) -> Predictions:
    """Values away from 0 and noisy predictions; odd seeds have ties."""
    draw = np.random.default_rng(seed)
    truth = draw.lognormal(2, 0.5, n) + 5
    score = truth + draw.normal(0, 2, n)
    if seed % 2:
        truth, score = truth.round(), score.round()
    return Predictions(truth, score, score)


def grouped(seed: int, n: int = 200, k: int = 3) -> Predictions:
    """Rows around k centres, the groups a model says, and those another says; a few rows differ."""
    draw = np.random.default_rng(seed)
    true = draw.integers(0, k, n)
    space = draw.normal(0, 1, (n, 4)) + 4 * np.eye(k, 4)[true]
    label, other = (np.where(draw.random(n) < 0.1, draw.integers(0, k, n), true) for _ in range(2))
    return Predictions(other, np.eye(k)[label], label, tuple("abcdefgh"[:k]), space)


def one_class(seed: int = 0) -> Predictions:
    """All rows negative."""
    cases = binary(seed)
    return cases.take(cases.truth == 0)


def of(task: Task, seed: int = 0, n: int = 200) -> Predictions:
    """Predictions of a task."""
    make = {
        Task.BINARY: binary,
        Task.MULTICLASS: multiclass,
        Task.REGRESSION: numeric,
        Task.CLUSTERING: grouped,
        Task.ANOMALY: binary,
    }
    return make[task](seed, n)


def nothing(task: Task) -> Predictions:
    """Predictions of no rows."""
    return of(task).take(np.zeros(200, dtype=bool))


def called(cases: Predictions) -> Floats:
    """The probability of the positive class."""
    return cases.score[:, 1]
