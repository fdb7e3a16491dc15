import numpy as np
from metric_cases import SEEDS, exactly, numeric

from mll_core.plugins.metrics.bias import Bias


@SEEDS
def test_it_is_the_mean_of_prediction_minus_truth(seed: int) -> None:
    cases = numeric(seed)
    assert Bias().score(cases) == exactly(np.mean(cases.score) - np.mean(cases.truth))
