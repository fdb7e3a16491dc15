"""Linear models fitted in batches, beside the same models fitted in one go."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

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


@pytest.mark.parametrize("changes", [{"WIDEST": 10, "MORE": 300}, {"STEPS": 2}])
def test_without_the_curvature_or_out_of_steps_it_goes_on_to_the_same_weights(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, int]
) -> None:
    for name, value in changes.items():
        monkeypatch.setattr(in_batches, name, value)
    monkeypatch.setattr(dense_batches, "BATCH", 9_000)
    matrix, value = rows()
    ours, exact = both(
        LogisticRegression(bent=False), Task.BINARY, np.digitize(value, [1.0]), monkeypatch
    )
    assert np.abs(ours.predict_proba(matrix) - exact.predict_proba(matrix)).max() < 1e-3


def test_who_cannot_get_there_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_batches, "STEPS", 0)
    monkeypatch.setattr(in_batches, "MORE", 1)
    _, value = rows()
    with pytest.warns(ConvergenceWarning, match="not found to the last digit"):
        both(LogisticRegression(), Task.BINARY, np.digitize(value, [1.0]), monkeypatch)


def test_what_is_asked_of_a_fit_beside_the_rows_is_not_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(in_batches, "MANY", 100)
    matrix, value = rows()
    weights = np.where(value > 1, 5.0, 1.0)
    plain, weighed = (
        Ridge().build(FEATURES, Task.REGRESSION, seed=0, threads=1).fit(matrix, value, **asked)
        for asked in ({}, {"linear__sample_weight": weights})
    )
    assert weighed.predict(matrix).mean() > plain.predict(matrix).mean() + 0.1
