import numpy as np
from metric_cases import NOT_A_NUMBER, SEEDS, binary, called, exactly, multiclass, one_class
from sklearn import metrics

from mll_core.plugins.metrics.average_precision import AveragePrecision


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = binary(seed)
    expected = metrics.average_precision_score(cases.truth, called(cases))
    assert AveragePrecision().score(cases) == exactly(expected)


def test_without_a_positive_case_it_is_undefined() -> None:
    assert AveragePrecision().score(one_class()) == NOT_A_NUMBER


@SEEDS
def test_of_several_classes_it_is_the_mean_of_each_against_the_rest(seed: int) -> None:
    cases = multiclass(seed)
    happened = np.eye(4)[cases.truth]
    expected = metrics.average_precision_score(happened, cases.score, average="macro")
    assert AveragePrecision().score(cases) == exactly(expected)
