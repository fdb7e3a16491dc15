import numpy as np
from metric_cases import SEEDS, exactly, multiclass
from sklearn import metrics

from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.macro_precision import MacroPrecision


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = multiclass(seed)
    expected = metrics.precision_score(cases.truth, cases.label, average="macro")
    assert MacroPrecision().score(cases) == exactly(expected)


def test_a_class_that_is_never_called_does_not_count() -> None:
    cases = multiclass(0)
    label = np.where(cases.label == 3, 0, cases.label)
    never = Predictions(cases.truth, cases.score, label, cases.classes)
    expected = metrics.precision_score(
        cases.truth, label, average="macro", labels=[0, 1, 2], zero_division=0
    )
    assert MacroPrecision().score(never) == exactly(expected)
