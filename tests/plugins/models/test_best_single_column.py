import numpy as np
import pytest
from model_cases import case
from sklearn.tree import DecisionTreeClassifier

from mll_core.domain.task import Task
from mll_core.plugins.models.best_single_column import BestSingleColumn


@pytest.mark.parametrize("place", [0, 1, 4])
def test_it_finds_the_one_column_that_decides_and_is_a_small_tree_on_it(place: int) -> None:
    rows = case(Task.BINARY)
    column = np.nan_to_num(rows.matrix[:, [place]])
    rows.matrix[:, [place]] = column
    truth = (np.abs(column[:, 0] - np.median(column)) < column.std()).astype(np.int64)
    object.__setattr__(rows, "truth", truth)
    alone = DecisionTreeClassifier(max_depth=3, min_samples_leaf=5, random_state=0)
    leaf = alone.fit(column, truth).apply(column)
    share = truth.mean()
    positives, n = (np.array([v[leaf == one].sum() for one in leaf]) for v in (truth, truth >= 0))
    expected = (positives + 2.0 * share) / (n + 2.0)
    found = rows.scores(rows.fitted(BestSingleColumn()))
    np.testing.assert_allclose(found[:, 1], expected, atol=1e-9)
    assert found.min() > 0
