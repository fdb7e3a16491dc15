from metric_cases import NOT_A_NUMBER, SEEDS, binary, exactly
from sklearn import metrics

from mll_core.plugins.metrics.precision import Precision


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = binary(seed)
    assert Precision().score(cases) == exactly(metrics.precision_score(cases.truth, cases.label))


def test_nothing_called_positive_is_undefined() -> None:
    cases = binary(0)
    assert Precision().score(cases.take(cases.label == 0)) == NOT_A_NUMBER
