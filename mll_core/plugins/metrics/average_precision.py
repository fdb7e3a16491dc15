"""Average precision."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import Metric, against_the_rest, one_row, ratio
from mll_core.domain.task import Floats, Predictions, Task


class AveragePrecision(Metric):
    """Sum over thresholds of (rise in recall) x precision; NaN without a positive case.

    More than two classes: each class against the rest, averaged over the classes that occur.
    Source: Zhu (2004), Recall, precision and average precision.
    """

    label: ClassVar[str] = "Average precision"
    kind: Literal["average_precision"] = "average_precision"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS, Task.ANOMALY})
    meaning: ClassVar[str] = (
        "How pure the top of the ranking is; a random ranking gives the share of positives."
    )

    def score(self, predictions: Predictions) -> float:
        return float(self.scores(predictions, one_row(predictions.n))[0])

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        return against_the_rest(predictions, weights, _average)


def _average(score: Floats, positive: np.ndarray, weights: Floats) -> Floats:
    if not len(score):
        return np.full(len(weights), np.nan)
    order = np.argsort(-score, kind="stable")
    ranked, hit = -score[order], positive[order]
    weights = weights[:, order]
    mine, tied = weights[:, hit], ranked[hit]
    # Precision at the threshold that lets in a positive and all that tie with it.
    called = np.cumsum(weights, axis=1)[:, np.searchsorted(ranked, tied, side="right") - 1]
    found = np.cumsum(mine, axis=1)[:, np.searchsorted(tied, tied, side="right") - 1]
    precision = np.nan_to_num(ratio(found, called))
    return ratio((mine * precision).sum(axis=1), mine.sum(axis=1))
