"""95 % intervals of means of what is never below 0: each resample measured in its own error."""

import numpy as np

from mll_core.domain.metric import MeanMetric, Metric
from mll_core.domain.task import Codes, Floats, Predictions

Z = 1.959963984540054
FEWEST = 12
"""Of fewer rows, or groups, a resample's own error says too little."""


class Studentised:
    """Bootstrap-t on the scale of logarithms, by group; with Student's t for few groups.

    Errors squared have a long tail, and a test without a large one has both a small mean and a
    small error: percentiles are then too low. Source: Hall (1988), Theoretical comparison of
    bootstrap confidence intervals; Owen (2025), Better bootstrap t confidence intervals.
    """

    def __init__(self, metric: MeanMetric, parts: Floats, codes: Codes) -> None:
        self._metric = metric
        self._sums = np.bincount(codes, weights=parts)
        self._rows = np.bincount(codes).astype(np.float64)
        self._drawn: list[Floats] = []
        (self._mean,), (self._error,) = self._of(np.ones((1, len(self._sums))))

    @classmethod
    def of(cls, metric: Metric, predictions: Predictions, codes: Codes) -> "Studentised | None":
        """For a mean of one part that is never below 0, of enough groups; else None."""
        if not isinstance(metric, MeanMetric) or int(codes.max(initial=-1)) + 1 < FEWEST:
            return None
        parts = metric.parts(predictions)
        fit = parts.shape[1] == 1 and parts.min() >= 0 and parts.any()
        return cls(metric, parts[:, 0], codes) if fit else None

    def add(self, drawn: Floats) -> None:
        """How often each group was drawn, resample by resample: (r, groups)."""
        mean, error = self._of(drawn)
        fine = (mean > 0) & (error > 0)
        away = np.log(mean[fine] / self._mean) * mean[fine] / error[fine]
        self._drawn.append(np.append(away, np.full(int((~fine).sum()), np.nan)))

    def ends(self) -> tuple[float, float] | None:
        """Low and high; None when most resamples are undefined."""
        if not self._error > 0:
            value = float(self._metric.combine(np.array([self._mean])))
            return value, value
        away = np.concatenate(self._drawn)
        known = away[~np.isnan(away)]
        if 2 * len(known) < len(away) or not len(known):
            return None
        from scipy.special import stdtrit

        few = len(self._sums) - 1
        wide = float(stdtrit(few, 0.975)) / Z * np.sqrt((few + 1) / few) * self._error / self._mean
        places = np.quantile(known, [0.025, 0.975], method="weibull")  # of ends that are drawn
        means = self._mean * np.exp(-wide * places)
        ends = self._metric.combine(means[:, None])
        return float(ends.min()), float(ends.max())

    def _of(self, drawn: Floats) -> tuple[Floats, Floats]:
        """The mean of each resample, and its standard error by group: (r,) each."""
        sums, rows, groups = self._sums, self._rows, len(self._sums)
        n = drawn @ rows
        mean = drawn @ sums / n
        away = drawn @ sums**2 - 2 * mean * (drawn @ (sums * rows)) + mean**2 * (drawn @ rows**2)
        error = np.sqrt(np.maximum(away, 0) * groups / (groups - 1)) / n
        return mean, np.where(error > 1e-9 * mean, error, 0.0)
