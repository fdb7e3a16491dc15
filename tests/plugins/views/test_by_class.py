import numpy as np
from seats import seat
from sklearn import metrics

from mll_core.domain.task import Task
from mll_core.plugins.views.by_class import ByClass, against_the_rest


def test_each_class_against_the_rest_is_scikit_learns() -> None:
    seen = seat(Task.MULTICLASS)
    cases = seen.cases("test")
    assert cases is not None
    recall = metrics.recall_score(cases.truth, cases.label, average=None)
    (grid,) = ByClass().look(seen).grids
    for code, row in enumerate(grid.rows):
        assert row[0] == cases.classes[code]
        assert row[1] == (cases.truth == code).sum()
        assert str(row[3]).startswith(f"{100 * recall[code]:.1f} % (")
        one = against_the_rest(cases, code)
        assert np.array_equal(one.truth == 1, cases.truth == code)
