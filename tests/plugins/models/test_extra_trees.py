import numpy as np
from model_cases import case
from sklearn.ensemble import ExtraTreesRegressor

from mll_core.domain.task import Task
from mll_core.plugins.models.extra_trees import ExtraTrees


def test_it_is_scikit_learns_model() -> None:
    rows = case(Task.REGRESSION)
    plain = ExtraTreesRegressor(10, min_samples_leaf=3, max_features=0.6, random_state=0)
    expected = plain.fit(rows.matrix, rows.truth).predict(rows.matrix)
    np.testing.assert_array_equal(rows.scores(rows.fitted(ExtraTrees(trees=10))), expected)
