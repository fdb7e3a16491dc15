import numpy as np
from unanswered_cases import crowd

from mll_core.domain.task import Task
from mll_core.plugins.models.robust_z_score import RobustZScore


def test_one_unusual_value_is_enough_and_it_is_only_there_to_compare_with() -> None:
    rows = crowd()
    strange = rows.matrix[:1].copy()
    strange[0, 0] = 500
    fitted = rows.fitted(RobustZScore(), Task.ANOMALY)
    assert rows.scores(fitted, Task.ANOMALY, strange)[0, 1] > 0.99
    assert np.isfinite(rows.scores(fitted, Task.ANOMALY)).all()
    assert RobustZScore.baseline
