import numpy as np
from metric_cases import NOT_A_NUMBER, SEEDS, exactly, numeric
from sklearn import metrics

from mll_core.plugins.metrics.mape import MeanAbsolutePercentageError


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = numeric(seed)
    expected = metrics.mean_absolute_percentage_error(cases.truth, cases.score)
    assert MeanAbsolutePercentageError().score(cases) == exactly(expected)


def test_a_true_zero_has_no_percentage() -> None:
    cases = numeric(0)
    zeros = type(cases)(np.zeros(cases.n), cases.score, cases.label)
    assert MeanAbsolutePercentageError().score(zeros) == NOT_A_NUMBER
