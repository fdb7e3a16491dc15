"""Intervals for a handful of cases: one share, the difference of two of the same cases, a mean."""

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Floats
from mll_core.domain.training import Interval
from mll_core.infra.shares import wilson

FEWEST = 2


def exact(hits: int, n: int) -> Interval:
    """A share with its exact 95 % interval; it holds the truth in at least 95 of 100.

    Source: Clopper & Pearson (1934), The use of confidence or fiducial limits.
    """
    from scipy.stats import beta

    low = 0.0 if hits == 0 else float(beta.ppf(0.025, hits, n - hits + 1))
    high = 1.0 if hits == n else float(beta.ppf(0.975, hits + 1, n - hits))
    return Interval(value=hits / n, low=low, high=high, n=n)


def shares(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Interval:
    """The share of ``first`` minus that of ``second`` on the same cases, with its 95 % interval.

    Source: Newcombe (1998), Improved confidence intervals for the difference between binomial
    proportions based on paired data, method 10.
    """
    n = len(first)
    one, other = wilson(int(first.sum()), n), wilson(int(second.sum()), n)
    both, none = int((first & second).sum()), int((~first & ~second).sum())
    mine, theirs = int((first & ~second).sum()), int((~first & second).sum())
    margins = (both + mine) * (theirs + none) * (both + theirs) * (mine + none)
    apart = both * none - mine * theirs
    if apart > 0:
        apart = max(0, apart - n / 2)  # type: ignore[assignment]
    phi = apart / margins**0.5 if margins else 0.0
    value = one.value - other.value
    down, up = _spread(one, other, phi), _spread(other, one, phi)
    return Interval(value=value, low=max(-1.0, value - down), high=min(1.0, value + up), n=n)


def _spread(low: Interval, high: Interval, phi: float) -> float:
    below, above = low.value - low.low, high.high - high.value
    return float(max(0.0, below**2 - 2 * phi * below * above + above**2) ** 0.5)


def means(values: Floats) -> Interval:
    """A mean with its 95 % interval by Student's t; no interval for one value."""
    from scipy.stats import t

    n, value = len(values), float(np.mean(values))
    if n < FEWEST:
        return Interval(value=value, n=n)
    half = float(t.ppf(0.975, n - 1) * np.std(values, ddof=1) / n**0.5)
    return Interval(value=value, low=value - half, high=value + half, n=n)
