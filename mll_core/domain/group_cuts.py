"""How many of a group are called, best score first, so that a rate is the same in each group."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Floats

Goal = Literal["demographic_parity", "equal_opportunity", "predictive_parity"]
"""Definitions of fairness that thresholds per group can meet without drawing lots."""
Hits = NDArray[np.bool_]


def overall(goal: Goal, hit: Hits, called: Hits) -> float | None:
    """The rate of everybody that each group is to have; None when there is nobody to count."""
    if goal == "demographic_parity":
        return float(called.mean()) if len(called) else None
    if goal == "equal_opportunity":
        return float(called[hit].mean()) if hit.any() else None
    return float(hit[called].mean()) if called.any() else None


def how_many(goal: Goal, score: Floats, hit: Hits, rate: float) -> int:
    """Of (n,) scores: how many are called to come closest to ``rate``."""
    if goal == "demographic_parity":
        return round(rate * len(score))
    ranked = hit[np.argsort(-score, kind="stable")]
    hits = np.cumsum(ranked)
    if goal == "equal_opportunity":
        wanted = round(rate * int(hits[-1])) if len(hits) else 0
        return int(np.searchsorted(hits, wanted)) + 1 if wanted else 0
    enough = np.flatnonzero(hits / np.arange(1, len(hits) + 1) >= rate)
    return int(enough[-1]) + 1 if len(enough) else 0
