import numpy as np
import pytest
from model_cases import Case, number
from sklearn.linear_model import QuantileRegressor
from sklearn.metrics import mean_pinball_loss

from mll_core.domain.task import Task
from mll_core.plugins.models.quantile_regression import QuantileRegression


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_it_is_as_good_as_scikit_learns_exact_line_and_so_many_rows_lie_below(
    quantile: float,
) -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(600, 2)).astype(np.float32)
    truth = 5 + x[:, 0] + draw.normal(size=600) * np.exp(x[:, 1] / 2)
    rows = Case((number("a"), number("b")), x, truth, Task.REGRESSION)
    exact = QuantileRegressor(quantile=quantile, alpha=0).fit(x, truth).predict(x)
    found = rows.scores(rows.fitted(QuantileRegression(quantile=quantile, bent=False)))
    best = mean_pinball_loss(truth, exact, alpha=quantile)
    assert mean_pinball_loss(truth, found, alpha=quantile) < 1.005 * best
    assert abs((truth <= found).mean() - quantile) < 0.005
