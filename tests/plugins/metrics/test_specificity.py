from metric_cases import NOT_A_NUMBER, SEEDS, binary, exactly
from sklearn import metrics

from mll_core.plugins.metrics.specificity import Specificity


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = binary(seed)
    assert Specificity().score(cases) == exactly(
        metrics.recall_score(cases.truth, cases.label, pos_label=0)
    )


def test_no_negative_case_is_undefined() -> None:
    cases = binary(0)
    assert Specificity().score(cases.take(cases.truth == 1)) == NOT_A_NUMBER
