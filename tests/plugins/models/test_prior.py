import numpy as np
from model_cases import case

from mll_core.domain.task import Task
from mll_core.plugins.models.prior import Prior


def test_it_gives_every_row_the_share_of_each_class_or_the_median() -> None:
    rows = case(Task.MULTICLASS)
    shares = np.bincount(rows.truth, minlength=3) / len(rows.truth)
    np.testing.assert_allclose(rows.scores(rows.fitted(Prior()))[[0, 17]], [shares, shares])
    numbers = case(Task.REGRESSION)
    answers = numbers.scores(numbers.fitted(Prior()))
    assert set(answers) == {np.median(numbers.truth)}
