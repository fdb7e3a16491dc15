"""From which score on a case is acted on, judged by out-of-fold scores."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.document import Brief
from mll_core.domain.task import Floats


def choose(brief: Brief, positive: NDArray[np.bool_], score: Floats) -> tuple[float, str]:
    """The threshold and the reason in words.

    Values stated: the highest value per case. Capacity stated, and how many cases come up: no
    larger share than can be handled. Neither: the highest F1.
    """
    cut, why = _best(brief, positive, score)
    return cut, f"{why}{_unlimited(brief)}"


def _best(brief: Brief, positive: NDArray[np.bool_], score: Floats) -> tuple[float, str]:
    cuts, taken, hits = _cuts(positive, score)
    room = brief.capacity.share
    allowed = taken <= room * len(score) + 1e-9 if room is not None else np.ones_like(taken, bool)
    if brief.values.stated:
        worth = _worth(brief.values, taken, hits, len(score), int(positive.sum()))
        best = int(np.argmax(np.where(allowed, worth, -np.inf)))
        within = "" if room is None else f", where {_capacity(brief)}"
        value = f"{worth[best] / len(score):,.2f} {brief.values.currency}"
        return float(cuts[best]), f"It gives the highest value per case{within}: {value}."
    if room is not None:
        best = int(np.flatnonzero(allowed)[-1])
        share = taken[best] / len(score)
        return float(cuts[best]), f"It selects {share:.1%} of the cases: {_capacity(brief)}."
    total = max(1, int(positive.sum()))
    f1 = 2 * hits / (taken + total)
    best = int(np.argmax(f1))
    lacking = "No values and no capacity are" if brief.capacity.count is None else "No values are"
    return float(cuts[best]), f"{lacking} stated: it gives the highest F1, {f1[best]:.3f}."


def _cuts(
    positive: NDArray[np.bool_], score: Floats
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    # Per distinct score, highest first, and before them "nobody": the cut halfway to the next
    # lower score, how many cases are at or above it, and how many of them are positive.
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    ends = np.flatnonzero(np.r_[ranked[1:] != ranked[:-1], True])
    upper, lower = ranked[ends], np.r_[ranked[ends[1:]], 0.0]
    cuts = np.r_[np.nextafter(ranked[0], np.inf), (upper + lower) / 2]
    cuts[1:] = np.minimum(cuts[1:], upper)
    hits = np.cumsum(positive[order])[ends]
    return cuts, np.r_[0, ends + 1], np.r_[0, hits]


def _worth(values: Any, taken: Any, hits: Any, n: int, positives: int) -> Floats:
    missed, false = positives - hits, taken - hits
    left = n - taken - missed
    worth = values.true_positive * hits + values.false_positive * false
    return np.asarray(
        worth + values.false_negative * missed + (values.true_negative or 0.0) * left, float
    )


def _capacity(brief: Brief) -> str:
    capacity = brief.capacity
    return (
        f"{capacity.count:,} of {capacity.cases_per_period:,} can be handled per {capacity.period}"
    )


def _unlimited(brief: Brief) -> str:
    capacity = brief.capacity
    if capacity.count is None or capacity.share is not None:
        return ""
    return (
        f" The capacity of {capacity.count:,} per {capacity.period} does not limit it, because "
        "brief.capacity.cases_per_period does not say how many cases come up in that time."
    )
