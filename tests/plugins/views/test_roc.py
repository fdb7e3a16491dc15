import numpy as np
import pytest
from seats import saying, seat
from sklearn.metrics import roc_auc_score

from mll_core.domain.errors import NotReady
from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.roc import Roc


def test_the_area_under_it_is_the_metric() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    (line, _) = Roc().look(seen).plots[0].series
    area = float(np.trapezoid([0, *line.y, 1], [0, *line.x, 1]))
    assert area == pytest.approx(roc_auc_score(cases.truth, cases.score[:, 1]), abs=0.02)


def test_every_common_class_has_a_curve_inside_its_band() -> None:
    for task in (Task.BINARY, Task.MULTICLASS):
        sheet = Roc().look(seat(task))
        lines = [line for line in sheet.plots[0].series if line.low]
        assert len(lines) == len(sheet.sentences) == (1 if task is Task.BINARY else 3)
        for line in lines:
            assert (np.array(line.low) <= line.y).all()
            assert (np.array(line.high) >= line.y).all()


def test_without_a_row_of_the_class_it_says_so() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    none = Predictions(np.zeros(cases.n, np.int64), cases.score, cases.label, cases.classes)
    with pytest.raises(NotReady, match="No test row"):
        Roc().look(saying(seen, none))
