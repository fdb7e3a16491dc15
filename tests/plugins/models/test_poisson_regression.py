import numpy as np
import pytest
from model_cases import Case, number
from sklearn.linear_model import PoissonRegressor

from mll_core.domain.task import Task
from mll_core.plugins.models.poisson_regression import PoissonRegression


def counts() -> Case:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(500, 2)).astype(np.float32)
    truth = draw.poisson(np.exp(0.5 + x[:, 0] - 0.5 * x[:, 1])).astype(np.float64)
    return Case((number("a"), number("b")), x, truth, Task.REGRESSION)


def test_straight_it_is_scikit_learns_model_on_scaled_numbers() -> None:
    rows = counts()
    scaled = (rows.matrix - rows.matrix.mean(axis=0)) / rows.matrix.std(axis=0)
    plain = PoissonRegressor(alpha=0.01, max_iter=300).fit(scaled, rows.truth)
    found = rows.scores(rows.fitted(PoissonRegression(bent=False)))
    np.testing.assert_allclose(found, plain.predict(scaled), rtol=1e-3)
    assert found.min() > 0


def test_a_negative_target_is_refused_in_words() -> None:
    rows = counts()
    rows.truth[3] = -1
    with pytest.raises(ValueError, match="targets of 0 or more, and one is -1"):
        rows.fitted(PoissonRegression())
