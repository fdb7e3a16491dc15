import numpy as np
from model_cases import case
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from mll_core.domain.task import Task
from mll_core.plugins.models.logistic_regression import LogisticRegression
from mll_core.plugins.models.scorecard import Scorecard


def test_the_answer_is_the_sum_of_whole_points_read_from_the_table() -> None:
    rows = case(Task.BINARY, n=900)
    card = rows.fitted(Scorecard())
    total = np.full(900, card.start_)
    for place in range(rows.matrix.shape[1]):
        points = card.points_[place]
        assert points.dtype == np.int64
        assert points.min() == 0
        total += points[card.range_of(rows.matrix[:, place], place)]
    expected = expit((total - 500) / (20 / np.log(2)))
    np.testing.assert_allclose(rows.scores(card)[:, 1], expected, atol=1e-12)


def test_twenty_points_more_double_the_odds() -> None:
    rows = case(Task.BINARY, n=900)
    card = rows.fitted(Scorecard())
    score, total = rows.scores(card)[:, 1], card.total(rows.matrix)
    odds = score / (1 - score)
    np.testing.assert_allclose(odds, 2 ** ((total - 500) / 20), rtol=1e-9)


def test_it_orders_rows_nearly_as_well_as_a_logistic_regression() -> None:
    rows, fresh = case(Task.BINARY, n=2000), case(Task.BINARY, n=2000, seed=1)
    aucs = [
        roc_auc_score(fresh.truth, fresh.scores(rows.fitted(model), fresh.matrix)[:, 1])
        for model in (Scorecard(), LogisticRegression())
    ]
    assert aucs[0] > aucs[1] - 0.03


def test_no_more_columns_than_asked() -> None:
    rows = case(Task.BINARY, n=900)
    card = rows.fitted(Scorecard(columns=2))
    assert sum(points.any() for points in card.points_) <= 2
