import numpy as np
from model_cases import Case, number
from sklearn.linear_model import TweedieRegressor

from mll_core.domain.task import Task
from mll_core.plugins.models.tweedie_regression import TweedieRegression


def test_straight_it_is_scikit_learns_model_on_amounts_that_are_often_nothing() -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(500, 2)).astype(np.float32)
    amount = draw.gamma(2.0, np.exp(2 + x[:, 0])) * (draw.random(500) < 0.4)
    rows = Case((number("a"), number("b")), x, amount, Task.REGRESSION)
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    plain = TweedieRegressor(power=1.5, alpha=0.01, link="log", max_iter=300).fit(scaled, amount)
    found = rows.scores(rows.fitted(TweedieRegression(bent=False)))
    np.testing.assert_allclose(found, plain.predict(scaled), rtol=1e-3)
