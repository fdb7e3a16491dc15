import numpy as np
import pytest
from check_cases import found
from scipy import stats

from mll_core.domain.task import Task
from mll_core.plugins.checks.skewed_target import SkewedTarget

TAIL = np.random.default_rng(0).lognormal(0, 1, 2_000)


def test_the_skewness_is_that_of_scipy() -> None:
    (finding,) = found(SkewedTarget(), {"y": TAIL}, "y", task=Task.REGRESSION)
    assert finding.numbers["skewness"] == pytest.approx(stats.skew(TAIL), rel=1e-2)


def test_even_targets_and_classes_are_fine() -> None:
    even = {"y": np.random.default_rng(1).normal(size=500)}
    assert found(SkewedTarget(), even, "y", task=Task.REGRESSION) == []
    assert found(SkewedTarget(), {"y": TAIL}, "y", task=Task.BINARY) == []
