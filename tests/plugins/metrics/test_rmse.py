from metric_cases import SEEDS, exactly, numeric
from sklearn import metrics

from mll_core.plugins.metrics.rmse import RootMeanSquaredError


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = numeric(seed, 200 + seed)
    expected = metrics.root_mean_squared_error(cases.truth, cases.score)
    assert RootMeanSquaredError().score(cases) == exactly(expected)
