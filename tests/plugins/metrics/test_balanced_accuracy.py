from metric_cases import NOT_A_NUMBER, SEEDS, binary, exactly, multiclass, one_class
from sklearn import metrics

from mll_core.plugins.metrics.balanced_accuracy import BalancedAccuracy


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    for cases in (binary(seed), multiclass(seed)):
        expected = metrics.balanced_accuracy_score(cases.truth, cases.label)
        assert BalancedAccuracy().score(cases) == exactly(expected)


def test_a_class_that_does_not_occur_is_left_out() -> None:
    cases = multiclass(0)
    some = cases.take(cases.truth != 0)
    per_class = [(some.label[some.truth == code] == code).mean() for code in (1, 2, 3)]
    assert BalancedAccuracy().score(some) == exactly(sum(per_class) / 3)


def test_one_class_has_nothing_to_balance() -> None:
    assert BalancedAccuracy().score(one_class()) == NOT_A_NUMBER
