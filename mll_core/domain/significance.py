"""Tests by name, and what many of them at once cost."""

import math
from collections.abc import Sequence

import numpy as np

from mll_core.domain.task import Floats
from mll_core.domain.training import Interval

WIDTH = 2 * 1.959963984540054
"""A 95 % interval in standard errors."""


def holm(p: Sequence[float], weights: Sequence[float] | None = None) -> Floats:
    """Adjusted so that the chance of even one wrong discovery keeps to its level.

    ``weights``: how much is expected of each, told by other rows than those of ``p``; above 0.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    values = np.asarray(p, np.float64)
    share = np.ones(len(values)) if weights is None else np.asarray(weights, np.float64)
    order = np.argsort(values / share, kind="stable")
    left = np.cumsum(share[order][::-1])[::-1]
    steps = left / share[order] * values[order]
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(steps))
    return adjusted


def benjamini_hochberg(p: Sequence[float]) -> Floats:
    """Adjusted so that a share of the discoveries that keeps to its level is wrong.

    Source: Benjamini & Hochberg (1995), Controlling the False Discovery Rate.
    """
    values = np.asarray(p, np.float64)
    order = np.argsort(values, kind="stable")[::-1]
    n = len(values)
    steps = values[order] * n / (n - np.arange(n))
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(1, np.minimum.accumulate(steps))
    return adjusted


def beyond(z: float) -> float:
    """The chance of a standard normal number at least as large."""
    return math.erfc(z / math.sqrt(2)) / 2


def error_of(found: Interval) -> float:
    """The standard error an interval stands for; NaN without one."""
    return (found.high - found.low) / WIDTH


def apart(one: Interval, other: Interval) -> float:
    """Two-sided p-value of a z-test that two values from different rows are the same; NaN when one
    has no interval."""
    error = math.hypot(error_of(one), error_of(other))
    if math.isnan(error):
        return math.nan
    if error == 0:
        return 1.0 if one.value == other.value else 0.0
    return 2 * beyond(abs(one.value - other.value) / error)


def alike(found: Sequence[Interval]) -> float:
    """P-value of Cochran's Q: values from different rows, each with its error, are all the same.

    NaN with fewer than two. Source: Cochran (1954), The combination of estimates from different
    experiments.
    """
    from scipy.stats import chi2

    known = [one for one in found if error_of(one) > 0]
    if len(known) <= 1:
        return math.nan
    weights = np.array([1 / error_of(one) ** 2 for one in known])
    values = np.array([one.value for one in known])
    middle = (weights * values).sum() / weights.sum()
    return float(chi2.sf((weights * (values - middle) ** 2).sum(), len(known) - 1))
