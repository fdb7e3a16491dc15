from metric_cases import NOT_A_NUMBER, SEEDS, binary, exactly
from sklearn import metrics

from mll_core.plugins.metrics.recall import Recall


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = binary(seed)
    assert Recall().score(cases) == exactly(metrics.recall_score(cases.truth, cases.label))


def test_no_positive_case_is_undefined() -> None:
    cases = binary(0)
    assert Recall().score(cases.take(cases.truth == 0)) == NOT_A_NUMBER
