import numpy as np
from model_cases import case

from mll_core.domain.task import Task
from mll_core.plugins.models.random_forest import RandomForest


def test_it_is_the_average_of_its_trees() -> None:
    rows = case(Task.REGRESSION)
    forest = rows.fitted(RandomForest(trees=10))
    trees = np.mean([tree.predict(rows.matrix) for tree in forest.estimators_], axis=0)
    assert len(forest.estimators_) == 10
    np.testing.assert_allclose(rows.scores(forest), trees)


def test_no_leaf_is_smaller_than_asked() -> None:
    rows = case(Task.BINARY)
    forest = rows.fitted(RandomForest(trees=10, leaf=25))
    for tree in forest.estimators_:
        counts = np.unique(tree.apply(rows.matrix), return_counts=True)[1]
        assert len(counts) <= 300 // 25
