import numpy as np
from unanswered_cases import crowd

from mll_core.domain.task import Task
from mll_core.plugins.models.agglomerative import Agglomerative


def test_rows_it_did_not_learn_from_go_to_the_nearest_middle() -> None:
    rows = crowd(n=4_000)
    fitted = rows.fitted(Agglomerative(groups=3), Task.CLUSTERING)
    assert len(rows.matrix) > Agglomerative.most
    code = fitted.predict(rows.matrix)
    assert all(np.bincount(code[rows.group == g]).max() > 1_200 for g in range(3))
