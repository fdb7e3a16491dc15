import numpy as np
from model_cases import Case, number
from sklearn.linear_model import LogisticRegression

from mll_core.domain.task import Task
from mll_core.plugins.models.elastic_net import ElasticNet


def test_straight_it_is_scikit_learns_model_whose_penalty_does_not_loosen_with_the_rows() -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(500, 3)).astype(np.float32)
    truth = (x[:, 0] - x[:, 1] + draw.logistic(size=500) > 0).astype(np.int64)
    rows = Case(tuple(map(number, "abc")), x, truth, Task.BINARY)
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    plain = LogisticRegression(l1_ratio=0.3, C=1 / (0.01 * 500), solver="saga", max_iter=1000)
    expected = plain.fit(scaled, truth).predict_proba(scaled)
    found = rows.scores(rows.fitted(ElasticNet(strictness=0.01, mix=0.3, bent=False)))
    np.testing.assert_allclose(found, expected, atol=5e-3)


def test_columns_that_say_the_same_share_their_weight() -> None:
    draw = np.random.default_rng(1)
    x = draw.normal(size=(300, 1)).astype(np.float32)
    rows = Case((number("a"), number("b")), np.repeat(x, 2, axis=1), x[:, 0] * 3.0, Task.REGRESSION)
    model = rows.fitted(ElasticNet(strictness=0.1, mix=0.1, bent=False)).regressor_
    first, second = model[-1].coef_
    np.testing.assert_allclose(first, second, rtol=0.05)
