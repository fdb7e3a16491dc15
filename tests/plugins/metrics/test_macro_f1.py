from metric_cases import SEEDS, exactly, multiclass
from sklearn import metrics

from mll_core.plugins.metrics.macro_f1 import MacroF1


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = multiclass(seed)
    expected = metrics.f1_score(cases.truth, cases.label, average="macro")
    assert MacroF1().score(cases) == exactly(expected)


def test_a_class_that_never_occurs_is_left_out() -> None:
    cases = multiclass(0)
    some = cases.take((cases.truth != 0) & (cases.label != 0))
    expected = metrics.f1_score(some.truth, some.label, average="macro")
    assert MacroF1().score(some) == exactly(expected)
