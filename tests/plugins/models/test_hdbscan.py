import numpy as np
import pytest
from unanswered_cases import crowd, example

from mll_core.domain.task import Task
from mll_core.plugins.models.hdbscan import HDBSCAN


def test_a_row_far_from_all_groups_is_in_none() -> None:
    rows = crowd()
    fitted = rows.fitted(example(HDBSCAN), Task.CLUSTERING)
    far = rows.matrix[:1].copy()
    far[0, :2] = 1e4
    assert fitted.names[fitted.predict(far)[0]] == "No group"
    assert fitted.rest


def test_rows_without_dense_regions_are_refused_in_words() -> None:
    rows = crowd(60)
    noise = np.random.default_rng(0).uniform(size=rows.matrix.shape).astype(np.float32)
    with pytest.raises(ValueError, match="fewer than two dense groups"):
        rows.fitted(HDBSCAN(smallest=40), Task.CLUSTERING, noise)
