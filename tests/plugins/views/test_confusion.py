import numpy as np
import pytest
from seats import seat, together
from sklearn import metrics

from mll_core.domain.task import Task
from mll_core.plugins.views.confusion import Confusion


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_it_counts_as_scikit_learn_and_each_cell_leads_to_its_rows(task: Task) -> None:
    seen = seat(task)
    cases, sheet = seen.cases("test"), Confusion().look(seen)
    assert cases is not None
    (heat,) = sheet.heats
    counts = metrics.confusion_matrix(cases.truth, cases.label, labels=range(len(cases.classes)))
    assert [[int(word) for word in line] for line in heat.words] == counts.tolist()
    for (i, j), count in np.ndenumerate(counts):
        behind = heat.rows[i][j]
        if behind is None:
            assert not count
            continue
        places = np.array(sheet.behind[behind].places)
        assert len(places) == min(count, 200)
        assert (cases.truth[places] == i).all()
        assert (cases.label[places] == j).all()
        assert (np.diff(cases.score[places, j]) <= 0).all()
    assert f"{100 * np.trace(counts) / cases.n:.1f} %" in sheet.sentences[0]


def test_rows_that_belong_together_make_its_intervals_wider() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    order = np.lexsort((cases.label, cases.truth))
    fives = np.empty(cases.n, np.int64)
    fives[order] = np.arange(cases.n) // 5
    ends = []
    for one in (seen, together(seen, fives)):
        told = str(Confusion().look(one).grids[0].rows[1][1])
        ends.append([float(word) for word in told[told.index("(") + 1 : -1].split(" to ")])
    assert np.ptp(ends[1]) > 1.8 * np.ptp(ends[0])
