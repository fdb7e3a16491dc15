"""The values of a metric on resamples, and the ends of its 95 % interval."""

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Floats

LEVEL = (0.025, 0.975)
LEAST = 0.5
"""Share of what is seen of the spread of the groups' influence that may be noise of resampling."""


class Draws:
    """Values of resamples of ``groups`` groups, gathered chunk by chunk.

    Beside them is kept how each goes together with the number of times a group was drawn, which is
    the group's influence on the value; its skewness moves the ends. ``centre``: the value on the
    rows that are drawn from.
    """

    def __init__(self, groups: int, centre: float) -> None:
        self.centre = centre
        self._groups = groups
        self._values: list[Floats] = []
        self._together: Floats = np.zeros(groups)

    def add(self, values: Floats, drawn: Floats) -> None:
        """Values (r,) of resamples, and how often each group was drawn for them (r, groups)."""
        self._values.append(values)
        away = np.where(np.isnan(values), 0.0, values - self.centre)
        self._together += away @ (drawn - 1)

    def ends(self) -> tuple[float, float] | None:
        """Low and high; None when most resamples are undefined.

        Bias-corrected and accelerated, with Student's t for few groups.
        """
        values = np.concatenate(self._values) if self._values else np.array([np.nan])
        known = values[~np.isnan(values)]
        if 2 * len(known) < len(values) or not len(known):
            return None
        from scipy.special import ndtr

        low, high = np.quantile(known, ndtr(self._places(known)))
        return float(low), float(high)

    def _places(self, known: Floats) -> NDArray[np.float64]:
        """Where the ends lie among the values, as normal quantiles."""
        from scipy.special import ndtri, stdtrit

        below = ((known < self.centre).mean() + (known <= self.centre).mean()) / 2
        edge = 1 / (len(known) + 1)
        bias = float(ndtri(np.clip(below, edge, 1 - edge)))
        few = max(1, self._groups - 1)
        wide = float(stdtrit(few, LEVEL[1])) * np.sqrt((few + 1) / few)
        ends = bias + np.array([-wide, wide])
        return np.asarray(bias + ends / np.maximum(1 - self._skew(known) * ends, 0.1))

    def _skew(self, known: Floats) -> float:
        influence = self._together / len(known)
        seen = float((influence**2).sum())
        noise = self._groups * float(known.var()) / len(known)
        if not seen > 0 or noise > LEAST * seen:
            return 0.0
        return float((influence**3).sum() / (6 * (seen - noise) ** 1.5))
