from sklearn.metrics import adjusted_rand_score
from unanswered_cases import crowd

from mll_core.domain.task import Task
from mll_core.plugins.models.k_means import KMeans
from mll_core.plugins.models.mini_batch_k_means import MiniBatchKMeans


def test_it_finds_what_k_means_finds() -> None:
    rows = crowd(n=600)
    mine, theirs = (
        rows.fitted(cls(groups=3), Task.CLUSTERING).predict(rows.matrix)
        for cls in (MiniBatchKMeans, KMeans)
    )
    assert adjusted_rand_score(mine, theirs) > 0.95
