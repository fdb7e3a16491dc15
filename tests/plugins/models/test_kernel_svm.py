import numpy as np
from model_cases import Case, number
from sklearn.metrics import roc_auc_score

from mll_core.domain.task import Task
from mll_core.plugins.models.kernel_svm import KernelSVM


def test_it_finds_a_ring_that_no_straight_border_can() -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(800, 2)).astype(np.float32)
    truth = ((x**2).sum(axis=1) < 1.4).astype(np.int64)
    rows = Case((number("a"), number("b")), x, truth, Task.BINARY)
    fitted = rows.fitted(KernelSVM(landmarks=80))
    assert roc_auc_score(truth, rows.scores(fitted)[:, 1]) > 0.98
    assert fitted.machine_.named_steps["curve"].components_.shape[0] == 80
