import numpy as np
from metric_cases import NOT_A_NUMBER, SEEDS, exactly, numeric
from sklearn import metrics

from mll_core.plugins.metrics.r2 import R2


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = numeric(seed)
    assert R2().score(cases) == exactly(metrics.r2_score(cases.truth, cases.score))


def test_large_values_lose_no_digits() -> None:
    cases = numeric(0)
    far = type(cases)(cases.truth + 1e9, cases.score + 1e9, cases.label)
    expected = metrics.r2_score(far.truth, far.score)
    assert R2().score(far) == exactly(expected)


def test_a_constant_truth_is_undefined() -> None:
    cases = numeric(0)
    flat = type(cases)(np.full(cases.n, 7.0), cases.score, cases.label)
    assert R2().score(flat) == NOT_A_NUMBER
