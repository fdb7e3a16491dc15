from metric_cases import SEEDS, exactly, numeric
from sklearn import metrics

from mll_core.plugins.metrics.median_absolute_error import MedianAbsoluteError


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = numeric(seed, 200 + seed)
    expected = metrics.median_absolute_error(cases.truth, cases.score)
    assert MedianAbsoluteError().score(cases) == exactly(expected)
