import pytest
from metric_cases import SEEDS, exactly, numeric
from sklearn import metrics

from mll_core.domain.document import Brief
from mll_core.plugins.metrics.pinball import Pinball


@SEEDS
@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_it_equals_scikit_learn(seed: int, quantile: float) -> None:
    cases = numeric(seed, 200 + seed)
    expected = metrics.mean_pinball_loss(cases.truth, cases.score, alpha=quantile)
    assert Pinball(quantile=quantile).score(cases) == exactly(expected)


def test_the_quantile_is_the_briefs() -> None:
    assert not Pinball.usable(Brief())
    assert Pinball.of_brief(Brief(quantile=0.8)).quantile == 0.8
