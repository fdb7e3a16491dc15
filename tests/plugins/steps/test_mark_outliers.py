import math

import numpy as np
from samples import replay
from scipy.stats import median_abs_deviation

from mll_core.plugins.steps.mark_outliers import MarkOutliers

VALUES = [*np.random.default_rng(0).normal(size=200), 9.0, -8.0]


def test_far_from_the_quartiles_is_marked_as_numpy_has_it() -> None:
    low, high = np.quantile(VALUES, [0.25, 0.75])
    fence = 1.5 * (high - low)
    expected = [bool(v < low - fence or v > high + fence) for v in VALUES]
    assert replay(MarkOutliers(column="x"), x=VALUES)["x outlier"] == expected


def test_far_from_the_median_is_marked_as_scipy_has_it() -> None:
    far = 3.5 * 1.4826 * median_abs_deviation(VALUES)
    expected = [bool(abs(v - np.median(VALUES)) > far) for v in VALUES]
    step = MarkOutliers(column="x", how="median", distance=3.5, to="odd")
    assert replay(step, x=VALUES)["odd"] == expected


def test_missing_is_no_outlier_and_infinite_is_one() -> None:
    said = replay(MarkOutliers(column="x"), x=[1.0, 2.0, 3.0, None, math.inf])["x outlier"]
    assert said == [False, False, False, False, True]


def test_beyond_quantiles_is_marked_as_numpy_has_it() -> None:
    low, high = np.quantile(VALUES, [0.05, 0.95])
    expected = [bool(v < low or v > high) for v in VALUES]
    step = MarkOutliers(column="x", how="quantiles", low=0.05, high=0.95)
    assert replay(step, x=VALUES)["x outlier"] == expected
