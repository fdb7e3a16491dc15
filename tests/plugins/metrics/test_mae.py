from metric_cases import SEEDS, exactly, numeric
from sklearn import metrics

from mll_core.plugins.metrics.mae import MeanAbsoluteError


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = numeric(seed, 200 + seed)
    expected = metrics.mean_absolute_error(cases.truth, cases.score)
    assert MeanAbsoluteError().score(cases) == exactly(expected)
