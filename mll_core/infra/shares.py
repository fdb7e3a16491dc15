"""Shares and means of rows with 95 % intervals, also where rows belong together."""

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Codes, Floats
from mll_core.domain.training import Interval

Z = 1.959963984540054


def wilson(hits: int, n: int) -> Interval:
    """A share with its 95 % interval, fit for few rows and for 0 or n hits; NaN for no rows.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    return around(hits / n, n, n) if n else Interval(value=float("nan"))


def around(share: float, counted: float, n: int) -> Interval:
    """Wilson's interval of a share of ``n`` rows that tell as much as ``counted`` rows alone."""
    z2 = Z**2
    spread = 1 + z2 / counted
    middle = (share + z2 / (2 * counted)) / spread
    half = float(np.sqrt(z2 * (share * (1 - share) / counted + z2 / (4 * counted**2)))) / spread
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Interval(value=share, low=min(low, share), high=max(high, share), n=n)


def share(hits: NDArray[np.bool_], groups: Codes | None = None) -> Interval:
    """The share of (n,) ``hits`` with its interval; NaN for no rows.

    Wilson's. With ``groups`` (n,) as many rows as count for their own: the rows, divided by how
    much more the share varies between groups than rows alone would make it, and fewer when there
    are few groups to tell it. Source: Korn & Graubard (1998), Confidence intervals for proportions
    with small expected number of positive counts estimated from survey data.
    """
    n, count = len(hits), int(np.count_nonzero(hits))
    if groups is None or not n:
        return wilson(count, n)
    codes = np.unique(groups, return_inverse=True)[1]
    several = int(codes.max()) + 1
    if several == n:
        return wilson(count, n)
    return around(count / n, _alone(hits, codes, several), n)


def _alone(hits: NDArray[np.bool_], codes: Codes, several: int) -> float:
    """How many rows that stand alone would tell as much."""
    if several == 1:
        return 1.0
    from scipy.special import stdtrit

    few = (Z / float(stdtrit(several - 1, 0.975))) ** 2
    n, middle = len(hits), float(hits.mean())
    if middle in (0.0, 1.0):  # all alike in every group: nothing tells that rows differ
        return several * few
    away = np.bincount(codes, weights=hits - middle)
    varies = float((away**2).sum()) * several / (several - 1) / n**2
    return few * n / max(1.0, varies / (middle * (1 - middle) / n))


def mean(values: Floats, groups: Codes | None = None) -> Interval:
    """The mean of (n,) values with its interval by Student's t; at least two rows, or groups.

    With ``groups`` (n,) it says how the mean varies between groups, of which few tell little.
    """
    from scipy.special import stdtrit

    n, middle = len(values), float(values.mean())
    codes = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
    away = np.bincount(codes, weights=values - middle)
    several = len(away)
    error = float(np.sqrt((away**2).sum() * several / (several - 1))) / n
    half = float(stdtrit(several - 1, 0.975)) * error
    return Interval(value=middle, low=middle - half, high=middle + half, n=n)
