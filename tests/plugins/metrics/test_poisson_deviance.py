import math

import numpy as np
import pytest
from metric_cases import SEEDS, exactly, numeric
from sklearn import metrics

from mll_core.domain.document import Brief
from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.poisson_deviance import PoissonDeviance


def said(truth: float, score: float) -> Predictions:
    return Predictions(np.array([truth]), np.array([score]), np.array([score]))


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = numeric(seed, 200 + seed)
    expected = metrics.mean_poisson_deviance(cases.truth, cases.score)
    assert PoissonDeviance().score(cases) == exactly(expected)


def test_what_is_said_to_be_nothing_counts_as_a_thousandth_of_the_truth() -> None:
    least = PoissonDeviance().score(said(8.0, 0.008))
    assert PoissonDeviance().score(said(8.0, -3.0)) == pytest.approx(least)


def test_it_is_not_defined_where_a_truth_is_impossible() -> None:
    assert math.isnan(PoissonDeviance().score(said(-1.0, 1.0)))


def test_only_its_own_task_is_judged_by_it() -> None:
    assert PoissonDeviance.usable(Brief(task="count"))
    assert not PoissonDeviance.usable(Brief(task="regression"))


def test_nothing_said_where_nothing_was_is_right() -> None:
    assert PoissonDeviance().score(said(0.0, 0.0)) == 0
