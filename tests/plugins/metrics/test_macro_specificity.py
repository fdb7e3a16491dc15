import numpy as np
from metric_cases import SEEDS, exactly, multiclass
from sklearn import metrics

from mll_core.plugins.metrics.macro_specificity import MacroSpecificity


@SEEDS
def test_it_is_the_mean_recall_of_the_rest_of_each_class(seed: int) -> None:
    cases = multiclass(seed)
    each = [metrics.recall_score(cases.truth != c, cases.label != c) for c in range(4)]
    assert MacroSpecificity().score(cases) == exactly(np.mean(each))


def test_a_class_that_all_rows_are_of_has_none() -> None:
    cases = multiclass(0)
    only = cases.take(cases.truth == 1)
    each = [1 - (only.label == c).mean() for c in (0, 2, 3)]
    assert MacroSpecificity().score(only) == exactly(np.mean(each))
