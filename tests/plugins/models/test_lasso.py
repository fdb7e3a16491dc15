import numpy as np
from model_cases import Case, number
from sklearn.linear_model import Lasso as Reference

from mll_core.domain.task import Task
from mll_core.plugins.models.lasso import Lasso


def noisy(task: Task) -> Case:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(400, 12)).astype(np.float32)
    value = x[:, 0] * 2.0 - x[:, 1] + draw.normal(0, 0.5, 400)
    truth = value if task is Task.REGRESSION else (value > 0).astype(np.int64)
    return Case(tuple(number(f"c{i}") for i in range(12)), x, truth, task)


def test_straight_it_is_scikit_learns_model_on_scaled_numbers() -> None:
    rows = noisy(Task.REGRESSION)
    x, y = ((v - v.mean(axis=0)) / v.std(axis=0) for v in (rows.matrix, rows.truth))
    expected = Reference(alpha=0.05).fit(x, y).predict(x) * rows.truth.std() + rows.truth.mean()
    found = rows.scores(rows.fitted(Lasso(strictness=0.05, bent=False)))
    np.testing.assert_allclose(found, expected, atol=1e-2)


def test_columns_that_say_nothing_get_no_weight_at_all() -> None:
    rows = noisy(Task.BINARY)
    weights = rows.fitted(Lasso(strictness=0.02, bent=False)).named_steps["odds"].coef_[0]
    assert (weights[:2] != 0).all()
    assert (weights[2:] == 0).mean() > 0.8
