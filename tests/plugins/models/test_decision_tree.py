import numpy as np
from model_cases import case
from sklearn.tree import DecisionTreeRegressor

from mll_core.domain.task import Task
from mll_core.plugins.models.decision_tree import DecisionTree


def test_it_is_scikit_learns_tree_and_small() -> None:
    rows = case(Task.REGRESSION)
    plain = DecisionTreeRegressor(
        max_leaf_nodes=12, max_depth=5, min_samples_leaf=10, random_state=0
    )
    expected = plain.fit(rows.matrix, rows.truth).predict(rows.matrix)
    fitted = rows.fitted(DecisionTree())
    np.testing.assert_array_equal(rows.scores(fitted), expected)
    assert fitted.named_steps["tree"].get_n_leaves() <= 12


def test_no_leaf_is_quite_certain() -> None:
    rows = case(Task.BINARY)
    scores = rows.scores(rows.fitted(DecisionTree()))
    assert 0 < scores.min() < 0.05
