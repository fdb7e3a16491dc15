from unanswered_cases import crowd

from mll_core.domain.task import Task
from mll_core.plugins.models.isolation_forest import IsolationForest


def test_trees_look_at_no_more_rows_than_there_are() -> None:
    rows = crowd(n=40)
    fitted = rows.fitted(IsolationForest(trees=10, rows=256), Task.ANOMALY)
    assert fitted.detector_.forest_.max_samples_ == 40
