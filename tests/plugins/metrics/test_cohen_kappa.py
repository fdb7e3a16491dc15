from metric_cases import SEEDS, binary, exactly, multiclass
from sklearn import metrics

from mll_core.plugins.metrics.cohen_kappa import CohenKappa


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    for cases in (binary(seed), multiclass(seed)):
        expected = metrics.cohen_kappa_score(cases.truth, cases.label)
        assert CohenKappa().score(cases) == exactly(expected)
