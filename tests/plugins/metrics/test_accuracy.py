from metric_cases import SEEDS, binary, exactly, multiclass
from sklearn import metrics

from mll_core.plugins.metrics.accuracy import Accuracy


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    for cases in (binary(seed), multiclass(seed)):
        expected = metrics.accuracy_score(cases.truth, cases.label)
        assert Accuracy().score(cases) == exactly(expected)
