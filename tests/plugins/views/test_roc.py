import numpy as np
import pytest
from seats import seat
from sklearn.metrics import roc_auc_score

from mll_core.domain.task import Task
from mll_core.plugins.views.roc import Roc


def test_the_area_under_it_is_the_metric() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    (line, _) = Roc().look(seen).plots[0].series
    area = float(np.trapezoid([0, *line.y, 1], [0, *line.x, 1]))
    assert area == pytest.approx(roc_auc_score(cases.truth, cases.score[:, 1]), abs=0.02)
