import numpy as np
from model_cases import Case, number
from sklearn.svm import LinearSVC

from mll_core.domain.task import Task
from mll_core.plugins.models.linear_svm import LinearSVM


def test_rows_are_ordered_as_by_scikit_learns_margin_and_shares_come_true() -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(4000, 2)).astype(np.float32)
    truth = (x[:, 0] - x[:, 1] + draw.logistic(size=4000) > 1).astype(np.int64)
    rows = Case((number("a"), number("b")), x, truth, Task.BINARY)
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    margin = LinearSVC(C=0.03, dual=False).fit(scaled, truth).decision_function(scaled)
    found = rows.scores(rows.fitted(LinearSVM(bent=False)))[:, 1]
    assert np.corrcoef(np.argsort(np.argsort(margin)), np.argsort(np.argsort(found)))[0, 1] > 0.9999
    for low in (0.1, 0.3, 0.5, 0.7):
        among = (found >= low) & (found < low + 0.2)
        assert abs(truth[among].mean() - found[among].mean()) < 0.05
