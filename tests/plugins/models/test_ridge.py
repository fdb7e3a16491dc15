import numpy as np
from model_cases import Case, number
from sklearn.linear_model import Ridge as Reference

from mll_core.domain.task import Task
from mll_core.plugins.models.ridge import Ridge


def test_straight_it_is_scikit_learns_model_on_scaled_numbers() -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(300, 3)).astype(np.float32)
    rows = Case(tuple(map(number, "abc")), x, x @ [1.0, -2.0, 0.5] + 3, Task.REGRESSION)
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    expected = Reference(alpha=10).fit(scaled, rows.truth).predict(scaled)
    found = rows.scores(rows.fitted(Ridge(alpha=10, bent=False)))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_bent_it_follows_a_hump() -> None:
    x = np.linspace(-3, 3, 400, dtype=np.float32)[:, None]
    rows = Case((number("x"),), x, -(x[:, 0].astype(float) ** 2), Task.REGRESSION)
    error = rows.scores(rows.fitted(Ridge(alpha=0.01))) - rows.truth
    assert np.abs(error).mean() < 0.25
    straight = rows.scores(rows.fitted(Ridge(bent=False))) - rows.truth
    assert np.abs(straight).mean() > 2
