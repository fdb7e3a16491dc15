import numpy as np
from metric_cases import SEEDS, binary, called, exactly, multiclass
from sklearn import metrics

from mll_core.plugins.metrics.log_loss import LogLoss


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    for cases in (binary(seed), multiclass(seed)):
        expected = metrics.log_loss(cases.truth, cases.score)
        assert LogLoss().score(cases) == exactly(expected)


def test_certain_and_wrong_is_dear_but_finite() -> None:
    cases = binary(0)
    sure = np.where(called(cases) > 0.5, 1.0, 0.0)
    certain = type(cases)(cases.truth, np.c_[1 - sure, sure], cases.label, cases.classes)
    expected = metrics.log_loss(certain.truth, certain.score)
    assert LogLoss().score(certain) == exactly(expected)
