"""Kolmogorov-Smirnov distance."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import Metric, one_row, ranked, ratio
from mll_core.domain.task import Floats, Predictions, Task


class KolmogorovSmirnov(Metric):
    """Largest difference between true and false positive rate over all thresholds.

    NaN with one class only. Source: Smirnov (1939), On the estimation of the discrepancy between
    empirical curves of distribution for two independent samples.
    """

    label: ClassVar[str] = "KS distance"
    kind: Literal["ks"] = "ks"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    meaning: ClassVar[str] = (
        "How far the scores of the two classes lie apart at the best threshold; 0 is not at all."
    )

    def score(self, predictions: Predictions) -> float:
        return float(self.scores(predictions, one_row(predictions.n))[0])

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        if not predictions.n:
            return np.full(len(weights), np.nan)
        order, hit, ends = ranked(predictions)
        weights = weights[:, order]
        found = np.cumsum(weights * hit, axis=1)[:, ends]
        missed = np.cumsum(weights * ~hit, axis=1)[:, ends]
        apart = np.abs(ratio(found, found[:, -1:]) - ratio(missed, missed[:, -1:]))
        return np.asarray(apart.max(axis=1))
