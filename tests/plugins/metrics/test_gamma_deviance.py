import math

import numpy as np
import pytest
from metric_cases import SEEDS, exactly, numeric
from sklearn import metrics

from mll_core.domain.document import Brief
from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.gamma_deviance import GammaDeviance


def said(truth: float, score: float) -> Predictions:
    return Predictions(np.array([truth]), np.array([score]), np.array([score]))


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = numeric(seed, 200 + seed)
    expected = metrics.mean_gamma_deviance(cases.truth, cases.score)
    assert GammaDeviance().score(cases) == exactly(expected)


def test_what_is_said_to_be_nothing_counts_as_a_thousandth_of_the_truth() -> None:
    least = GammaDeviance().score(said(8.0, 0.008))
    assert GammaDeviance().score(said(8.0, -3.0)) == pytest.approx(least)


def test_it_is_not_defined_where_a_truth_is_impossible() -> None:
    assert math.isnan(GammaDeviance().score(said(0.0, 1.0)))


def test_only_its_own_task_is_judged_by_it() -> None:
    assert GammaDeviance.usable(Brief(task="skewed"))
    assert not GammaDeviance.usable(Brief(task="regression"))
