import numpy as np
import pytest
from seats import saying, seat
from sklearn.metrics import precision_recall_curve

from mll_core.domain.errors import NotReady
from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.precision_recall import PrecisionRecall


def test_it_is_scikit_learns_curve_read_at_each_recall() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    line = PrecisionRecall().look(seen).plots[0].series[0]
    precision, recall, _ = precision_recall_curve(cases.truth, cases.score[:, 1])
    for x, y in zip(line.x, line.y, strict=True):
        assert y == pytest.approx(precision[np.flatnonzero(recall >= x - 1e-12)[-1]])


def test_every_common_class_has_a_curve_inside_its_band() -> None:
    for task in (Task.BINARY, Task.MULTICLASS):
        sheet = PrecisionRecall().look(seat(task))
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
        PrecisionRecall().look(saying(seen, none))
