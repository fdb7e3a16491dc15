"""How far a prediction may be off: promised for a share of new cases, by held-out ones."""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Codes, Floats
from mll_core.domain.value import Value


class Band(Value):
    """The range around a predicted number that holds the truth in a share ``goal`` of new cases.

    ``plain``: from value + low to value + high. ``relative``: both ends lie that far from the
    value on the scale of log(1 + x), so large predictions have wide ranges.
    """

    goal: float
    scale: Literal["plain", "relative"] = "plain"
    low: float
    high: float

    def around(self, value: Floats | Codes) -> tuple[Floats, Floats]:
        """Both ends for predicted values (n,)."""
        if self.scale == "plain":
            return np.asarray(value + self.low), np.asarray(value + self.high)
        logged = np.log1p(np.maximum(value, 0))
        return np.expm1(logged + self.low), np.expm1(logged + self.high)


class Sets(Value):
    """The classes a case may still be of: those with a probability of at least ``least``.

    They hold the true class in a share ``goal`` of new cases. Source: Sadinle, Lei & Wasserman
    (2019), Least Ambiguous Set-Valued Classifiers with Bounded Error Levels.
    """

    goal: float
    least: float

    def members(self, score: Floats) -> NDArray[np.bool_]:
        """Which classes stay possible, (n, k); the likeliest always does."""
        possible = score >= self.least
        possible[np.arange(len(score)), score.argmax(axis=1)] = True
        return np.asarray(possible)

    def unsure(self, score: Floats) -> NDArray[np.bool_]:
        """Whether more than one class stays possible, (n,)."""
        return np.asarray(self.members(score).sum(axis=1) > 1)


Reach: TypeAlias = Band | Sets


def nth(values: Floats, share: float) -> float:
    """The value that a share of new ones does not exceed: one more than counted, to be safe.

    The largest when there are too few to promise more. Source: Vovk, Gammerman & Shafer (2005),
    Algorithmic Learning in a Random World.
    """
    place = int(np.ceil((len(values) + 1) * share))
    return float(np.sort(values)[min(place, len(values)) - 1])
