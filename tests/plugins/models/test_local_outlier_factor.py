import numpy as np
from unanswered_cases import Crowd, number

from mll_core.domain.task import Task
from mll_core.plugins.models.local_outlier_factor import LocalOutlierFactor


def test_a_row_beside_a_dense_crowd_is_odder_than_one_of_a_loose_crowd() -> None:
    draw = np.random.default_rng(0)
    dense, loose = draw.normal(0, 0.05, (150, 2)), draw.normal(8, 2, (150, 2))
    matrix = np.vstack([dense, loose, [[0.7, 0.7]]]).astype(np.float32)
    rows = Crowd((number("a"), number("b")), matrix, np.zeros(301, np.int64), np.arange(301) == 300)
    score = rows.scores(rows.fitted(LocalOutlierFactor(), Task.ANOMALY), Task.ANOMALY)[:, 1]
    assert score[-1] > np.quantile(score[150:300], 0.95)
