import numpy as np
import pytest
from seats import seat
from sklearn.metrics import precision_recall_curve

from mll_core.domain.task import Task
from mll_core.plugins.views.precision_recall import PrecisionRecall


def test_it_is_scikit_learns_curve_read_at_each_recall() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    line = PrecisionRecall().look(seen).plots[0].series[0]
    precision, recall, _ = precision_recall_curve(cases.truth, cases.score[:, 1])
    for x, y in zip(line.x, line.y, strict=True):
        assert y == pytest.approx(precision[np.flatnonzero(recall >= x - 1e-12)[-1]])
