from metric_cases import NOT_A_NUMBER, SEEDS, binary, exactly
from sklearn import metrics

from mll_core.plugins.metrics.f1 import F1


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = binary(seed)
    assert F1().score(cases) == exactly(metrics.f1_score(cases.truth, cases.label))


def test_nothing_true_and_nothing_called_is_undefined() -> None:
    cases = binary(0)
    assert F1().score(cases.take((cases.truth == 0) & (cases.label == 0))) == NOT_A_NUMBER
