from metric_cases import SEEDS, exactly, grouped
from sklearn.metrics import davies_bouldin_score

from mll_core.plugins.metrics.davies_bouldin import DaviesBouldin


@SEEDS
def test_it_is_scikit_learns(seed: int) -> None:
    cases = grouped(seed)
    assert DaviesBouldin().score(cases) == exactly(davies_bouldin_score(cases.space, cases.label))
