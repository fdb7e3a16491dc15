import numpy as np
import pytest
from metric_cases import SEEDS, exactly, grouped
from sklearn.metrics import silhouette_score

from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.silhouette import Silhouette


@SEEDS
def test_it_is_scikit_learns(seed: int) -> None:
    cases = grouped(seed)
    assert Silhouette().score(cases) == exactly(silhouette_score(cases.space, cases.label))


def test_rows_in_no_group_count_nothing() -> None:
    cases = grouped(0)
    label = cases.label.copy()
    label[:50] = -1
    rest = Predictions(label, cases.score, label, cases.classes, cases.space)
    inside = silhouette_score(cases.space[50:], label[50:])
    assert Silhouette().score(rest) == exactly(inside * 150 / 200)


def test_one_group_is_none() -> None:
    cases = grouped(0)
    label = np.zeros(cases.n, np.int64)
    alone = Predictions(label, cases.score, label, cases.classes, cases.space)
    assert np.isnan(Silhouette().score(alone))
    assert Silhouette().scores(alone, np.ones((2, cases.n))) == pytest.approx(
        [np.nan, np.nan], nan_ok=True
    )
