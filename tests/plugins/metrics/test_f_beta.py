from metric_cases import NOT_A_NUMBER, SEEDS, binary, exactly, one_class
from sklearn import metrics

from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.f1 import F1
from mll_core.plugins.metrics.f_beta import FBeta


@SEEDS
def test_it_equals_scikit_learn_and_f1_when_both_count_the_same(seed: int) -> None:
    cases = binary(seed)
    for beta in (0.5, 1.0, 2.0):
        expected = metrics.fbeta_score(cases.truth, cases.label, beta=beta)
        assert FBeta(beta=beta).score(cases) == exactly(expected)
    assert FBeta(beta=1).score(cases) == exactly(F1().score(cases))


def test_without_positives_true_or_called_it_is_undefined() -> None:
    cases = one_class()
    nobody = Predictions(cases.truth, cases.score, cases.truth, cases.classes)
    assert FBeta().score(nobody) == NOT_A_NUMBER
