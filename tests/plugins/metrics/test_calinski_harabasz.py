from metric_cases import SEEDS, exactly, grouped
from sklearn.metrics import calinski_harabasz_score

from mll_core.plugins.metrics.calinski_harabasz import CalinskiHarabasz


@SEEDS
def test_it_is_scikit_learns(seed: int) -> None:
    cases = grouped(seed)
    theirs = calinski_harabasz_score(cases.space, cases.label)
    assert CalinskiHarabasz().score(cases) == exactly(theirs)
