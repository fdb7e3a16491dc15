"""A threshold per group on the same scores."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mll_core.domain.group_cuts import Goal, Hits, how_many, overall
from mll_core.domain.mitigation import Cut, Groups, Known, Mitigation
from mll_core.domain.task import Floats

ENOUGH = 50
"""Known rows of a group from which it has a threshold of its own."""


class GroupThresholds(Mitigation):
    """Each group is called from a score of its own on, so that a rate is the same in each.

    The rate is the one that all have at the one threshold of the decision sheet; the learning is
    not changed. Source: Hardt, Price & Srebro (2016), Equality of Opportunity in Supervised
    Learning.
    """

    label: ClassVar[str] = "A threshold per group"
    cost: ClassVar[int] = 0
    kind: Literal["group_thresholds"] = "group_thresholds"
    goal: Goal = Field(
        "demographic_parity", description="Which rate is made the same in each group"
    )

    def decide(self, known: Known, score: Floats, group: Groups, cut: Cut) -> Hits:
        """By the group's own threshold, or the common one where too few of it are known."""
        common = cut(known.hit, known.score)
        rate = overall(self.goal, known.hit, known.score >= common)
        limits = np.full(len(score), common)
        for code in np.unique(group) if rate is not None else ():
            mine = known.group == code
            if mine.sum() >= ENOUGH and rate is not None:
                limits[group == code] = self._limit(known.score[mine], known.hit[mine], rate)
        return np.asarray(score >= limits)

    def _limit(self, score: Floats, hit: Hits, rate: float) -> float:
        called = how_many(self.goal, score, hit, rate)
        ranked = np.sort(score)[::-1]
        if called == 0:
            return float(np.nextafter(ranked[0], np.inf))
        below = ranked[called] if called < len(ranked) else 0.0
        return float(min(ranked[called - 1], (ranked[called - 1] + below) / 2))
