import numpy as np
from metric_cases import SEEDS, exactly, grouped
from sklearn.metrics import adjusted_rand_score

from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.stability import Stability


@SEEDS
def test_it_is_scikit_learns(seed: int) -> None:
    cases = grouped(seed)
    assert Stability().score(cases) == exactly(adjusted_rand_score(cases.truth, cases.label))


def test_other_names_for_the_same_groups_are_the_same_groups() -> None:
    cases = grouped(1)
    renamed = np.array([2, 0, 1])[cases.label]
    same = Predictions(cases.label, cases.score, renamed, cases.classes)
    assert Stability().score(same) == 1.0
