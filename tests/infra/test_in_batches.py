"""Linear models fitted in batches, beside the same models fitted in one go."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from mll_core.domain.model import Feature
from mll_core.domain.task import Task
from mll_core.infra.estimators import dense_batches, in_batches
from mll_core.plugins.models.logistic_regression import LogisticRegression
from mll_core.plugins.models.ridge import Ridge

N = 12_000
FEATURES = (
    Feature(name="a", source="a", kind="number"),
    Feature(name="empty", source="empty", kind="number"),
    Feature(name="b", source="b", kind="number"),
    Feature(name="few", source="few", kind="category", levels=tuple("pqr")),
    Feature(name="many", source="many", kind="category", levels=tuple(map(str, range(40)))),
)


def rows() -> tuple[Any, Any]:
    """Rows with gaps, an empty column and a level that is there once; and numbers to answer."""
    draw = np.random.default_rng(3)
    matrix = np.column_stack(
        [
            draw.normal(size=N),
            np.full(N, np.nan),
            draw.exponential(size=N),
            draw.integers(0, 2, N),
            draw.integers(0, 40, N),
        ]
    ).astype(np.float32)
    matrix[draw.random(N) < 0.1, 0] = np.nan
    matrix[draw.random(N) < 0.05, 4] = np.nan
    matrix[7, 3] = 2
    sure = np.nan_to_num(matrix[:, 0]) - matrix[:, 2] + matrix[:, 3] + matrix[:, 4] % 3
    return matrix, np.nan_to_num(sure) + draw.logistic(size=N)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_batches, "BATCH", 900)
    monkeypatch.setattr(dense_batches, "SAMPLE", 3_000)


def both(model: Any, task: Task, target: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    built = model.build(FEATURES, task, seed=0, threads=1)
    exact = clone(built)
    if task.classifies:
        exact[-1].set_params(tol=1e-8, max_iter=5_000)
    matrix, _ = rows()
    exact.fit(matrix, target)
    monkeypatch.setattr(in_batches, "MANY", 100)
    return built.fit(matrix, target), exact


@pytest.mark.parametrize("bent", [True, False])
def test_ridge_in_batches_is_ridge_in_one_go(monkeypatch: pytest.MonkeyPatch, bent: bool) -> None:
    matrix, value = rows()
    ours, exact = both(Ridge(bent=bent), Task.REGRESSION, value, monkeypatch)
    assert np.allclose(ours[-1].coef_, exact[-1].coef_, atol=1e-4)
    assert np.allclose(ours.predict(matrix), exact.predict(matrix), atol=1e-5)


@pytest.mark.parametrize(
    ("model", "cuts"),
    [
        (LogisticRegression(), [1.0]),
        (LogisticRegression(bent=False, balanced=True, c=0.01), [2.5]),
        (LogisticRegression(), [0.0, 2.0]),
    ],
)
def test_logistic_regression_in_batches_is_that_in_one_go(
    monkeypatch: pytest.MonkeyPatch, model: LogisticRegression, cuts: list[float]
) -> None:
    matrix, value = rows()
    task = Task.BINARY if len(cuts) == 1 else Task.MULTICLASS
    ours, exact = both(model, task, np.digitize(value, cuts), monkeypatch)
    assert np.abs(ours.predict_proba(matrix) - exact.predict_proba(matrix)).max() < 1e-4
