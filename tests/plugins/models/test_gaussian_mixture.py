import numpy as np
from sklearn.metrics import adjusted_rand_score
from unanswered_cases import Crowd, number

from mll_core.domain.task import Task
from mll_core.plugins.models.gaussian_mixture import GaussianMixture
from mll_core.plugins.models.k_means import KMeans


def test_it_tells_a_tight_group_from_the_wide_one_around_it() -> None:
    draw = np.random.default_rng(0)
    group = np.arange(400) % 2
    matrix = draw.normal(0, 1, (400, 3)) * np.where(group == 1, 6.0, 0.3)[:, None]
    features = tuple(map(number, "abc"))
    rows = Crowd(features, matrix.astype(np.float32), group, group > 1)
    found = {
        model.kind: adjusted_rand_score(
            group, rows.fitted(model, Task.CLUSTERING).predict(rows.matrix)
        )
        for model in (GaussianMixture(groups=2), KMeans(groups=2))
    }
    assert found["gaussian_mixture"] > 0.9
    assert found["k_means"] < 0.5
