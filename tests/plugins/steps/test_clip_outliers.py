import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import replay
from scipy.stats import median_abs_deviation

from mll_core.plugins.steps.clip_outliers import ClipOutliers


def clip(values: list[float | None], low: float, high: float) -> list[object]:
    return replay(ClipOutliers(column="x", low=low, high=high), x=values)["x"]


def test_values_beyond_the_quartiles_move_to_the_quartiles() -> None:
    assert clip([0, 1, 2, 3, 100], low=0.25, high=0.75) == [1, 1, 2, 3, 3]


def test_infinite_values_are_clipped_but_teach_nothing() -> None:
    assert clip([0, 1, 2, 3, math.inf, -math.inf], low=0, high=1) == [0, 1, 2, 3, 3, 0]


def test_a_column_without_values_teaches_nothing_and_stays_as_it_is() -> None:
    assert clip([math.nan, math.nan], low=0.25, high=0.75) == [None, None]


@given(st.lists(st.floats(-1e12, 1e12), min_size=1), st.floats(0, 0.5), st.floats(0.5, 1))
def test_it_agrees_with_numpy(values: list[float], low: float, high: float) -> None:
    expected = np.clip(values, *np.quantile(values, [low, high]))
    np.testing.assert_allclose(clip([*values], low, high), expected, rtol=1e-9, atol=1e-3)


def test_the_largest_training_value_is_not_moved_by_a_single_bit() -> None:
    values = [0.1 + 0.2, 0.12345678901234567, 1 / 3, 1e300, 5e-324]
    assert clip([*values], low=0, high=1) == values


@pytest.mark.parametrize("how", ["quartiles", "median"])
def test_limits_by_quartiles_and_by_the_median_are_those_of_numpy_and_scipy(how: str) -> None:
    values = [*np.random.default_rng(0).normal(size=200), 9.0, -8.0]
    if how == "quartiles":
        low, high = np.quantile(values, [0.25, 0.75])
        far = 2 * (high - low)
        limits = low - far, high + far
    else:
        far = 2 * 1.4826 * median_abs_deviation(values)
        limits = np.median(values) - far, np.median(values) + far
    after = replay(ClipOutliers(column="x", how=how, distance=2), x=values)["x"]
    np.testing.assert_allclose(after, np.clip(values, *limits), rtol=1e-12)
