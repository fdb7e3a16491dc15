import numpy as np
from unanswered_cases import crowd

from mll_core.domain.task import Task
from mll_core.plugins.models.k_means import KMeans


def test_a_row_belongs_to_the_nearest_centre_and_the_largest_group_is_first() -> None:
    rows = crowd(n=301)
    fitted = rows.fitted(KMeans(groups=3), Task.CLUSTERING)
    places = fitted.space_.transform(rows.matrix)
    far = ((places[:, None] - fitted.centres_) ** 2).sum(axis=2)
    code = fitted.predict(rows.matrix)
    assert np.array_equal(code, far.argmin(axis=1))
    assert (np.diff(np.bincount(code)) <= 0).all()


def test_the_numbers_that_are_compared_are_settings() -> None:
    assert [model.groups for model in KMeans.compared(range(2, 5))] == [2, 3, 4]
