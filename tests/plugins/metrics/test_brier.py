from metric_cases import SEEDS, binary, called, exactly, multiclass
from sklearn import metrics

from mll_core.plugins.metrics.brier import Brier


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = binary(seed)
    expected = metrics.brier_score_loss(cases.truth, called(cases))
    assert Brier().score(cases) == exactly(expected)
    many = multiclass(seed)
    assert Brier().score(many) == exactly(metrics.brier_score_loss(many.truth, many.score))
