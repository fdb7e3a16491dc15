import numpy as np
from metric_cases import NOT_A_NUMBER, SEEDS, binary, exactly, multiclass, one_class
from sklearn import metrics

from mll_core.plugins.metrics.matthews import Matthews


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    for cases in (binary(seed), multiclass(seed)):
        expected = metrics.matthews_corrcoef(cases.truth, cases.label)
        assert Matthews().score(cases) == exactly(expected)


def test_one_label_for_all_rows_is_no_better_than_guessing() -> None:
    cases = binary(0)
    always = type(cases)(cases.truth, cases.score, np.zeros_like(cases.label), cases.classes)
    assert Matthews().score(always) == 0
    assert Matthews().score(one_class()) == NOT_A_NUMBER
