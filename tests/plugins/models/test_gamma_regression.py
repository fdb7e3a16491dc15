import numpy as np
import pytest
from model_cases import Case, number
from sklearn.linear_model import GammaRegressor

from mll_core.domain.task import Task
from mll_core.plugins.models.gamma_regression import GammaRegression


def amounts() -> Case:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(500, 2)).astype(np.float32)
    truth = draw.gamma(2.0, np.exp(3 + x[:, 0] - 0.5 * x[:, 1]))
    return Case((number("a"), number("b")), x, truth, Task.REGRESSION)


def test_straight_it_is_scikit_learns_model_on_scaled_numbers() -> None:
    rows = amounts()
    scaled = (rows.matrix - rows.matrix.mean(axis=0)) / rows.matrix.std(axis=0)
    plain = GammaRegressor(alpha=0.01, max_iter=300).fit(scaled, rows.truth)
    found = rows.scores(rows.fitted(GammaRegression(bent=False)))
    np.testing.assert_allclose(found, plain.predict(scaled), rtol=1e-3)


def test_nothing_is_no_amount() -> None:
    rows = amounts()
    rows.truth[3] = 0
    with pytest.raises(ValueError, match="targets of above 0"):
        rows.fitted(GammaRegression())
