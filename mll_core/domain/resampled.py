"""Means of scores on held-out parts whose models learned from common rows."""

import numpy as np

from mll_core.domain.task import Floats
from mll_core.domain.training import Interval, Run

CONFIDENCE = 0.95


def interval(scores: Floats, overlap: float) -> tuple[float, float]:
    """95 % interval of the mean of J scores by the corrected resampled t.

    ``overlap`` is rows tested over rows learned from, 0 for parts that share no learning: folds
    learn from common rows, so the plain variance of the mean is too small. NaN with one score.
    Source: Nadeau & Bengio (2003), Inference for the Generalization Error, equation 9.
    """
    from scipy import stats

    known = scores[~np.isnan(scores)]
    if len(known) < 2:  # noqa: PLR2004  # one score has no spread
        return float("nan"), float("nan")
    error = standard_error(known, overlap)
    reach = float(stats.t.ppf(0.5 + CONFIDENCE / 2, len(known) - 1)) * error
    return float(known.mean() - reach), float(known.mean() + reach)


def standard_error(scores: Floats, overlap: float) -> float:
    """Of the mean of J scores without NaN, corrected as ``interval`` says."""
    return float(np.sqrt((1 / len(scores) + overlap) * scores.var(ddof=1)))


def mean(scores: Floats, overlap: float) -> Interval:
    """The mean of those that are known, with its interval; n counts them."""
    known = scores[~np.isnan(scores)]
    value = float(known.mean()) if len(known) else float("nan")
    low, high = interval(known, overlap)
    return Interval(value=value, low=low, high=high, n=len(known))


def difference(one: Run, other: Run, overlap: float) -> Interval:
    """The metric of ``one`` minus that of ``other`` on the same folds; NaN where they have none."""
    if len(one.folds) != len(other.folds):
        return Interval(value=float("nan"))
    return mean(np.array(one.folds, np.float64) - np.array(other.folds, np.float64), overlap)
