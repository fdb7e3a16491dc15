"""ROC AUC."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import Metric, against_the_rest, one_row, ratio
from mll_core.domain.task import Floats, Predictions, Task


class RocAuc(Metric):
    """P(score of a positive > score of a negative) + half P(they tie).

    More than two classes: each class against the rest, averaged over the classes that occur.
    NaN with one class only. Source: Hanley & McNeil (1982), The meaning and use of the area
    under a receiver operating characteristic curve.
    """

    label: ClassVar[str] = "ROC AUC"
    kind: Literal["roc_auc"] = "roc_auc"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS, Task.ANOMALY})
    meaning: ClassVar[str] = (
        "How often a random positive case is ranked above a random negative one; 0.5 is a coin."
    )

    def score(self, predictions: Predictions) -> float:
        return float(self.scores(predictions, one_row(predictions.n))[0])

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        return against_the_rest(predictions, weights, _area)


def _area(score: Floats, positive: np.ndarray, weights: Floats) -> Floats:
    # Each positive beats the negatives below its score and half of those that tie with it.
    if not len(score):
        return np.full(len(weights), np.nan)
    order = np.argsort(score, kind="stable")
    ranked, hit = score[order], positive[order]
    weights = weights[:, order]
    first = np.searchsorted(ranked, ranked[hit], side="left")
    last = np.searchsorted(ranked, ranked[hit], side="right") - 1
    negatives = np.cumsum(np.where(hit, 0.0, weights), axis=1)
    beaten = negatives[:, last] + negatives[:, np.maximum(first - 1, 0)] * (first > 0)
    mine = weights[:, hit]
    return ratio((mine * beaten).sum(axis=1) / 2, mine.sum(axis=1) * negatives[:, -1])
