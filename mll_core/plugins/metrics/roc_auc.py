"""ROC AUC."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import Metric, defined_mean, one_row, ratio
from mll_core.domain.task import Floats, Predictions, Task


class RocAuc(Metric):
    """P(score of a positive > score of a negative) + half P(they tie).

    More than two classes: each class against the rest, averaged over the classes that occur.
    NaN with one class only. Source: Hanley & McNeil (1982), The meaning and use of the area
    under a receiver operating characteristic curve.
    """

    label: ClassVar[str] = "ROC AUC"
    kind: Literal["roc_auc"] = "roc_auc"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    meaning: ClassVar[str] = (
        "How often a random positive case is ranked above a random negative one; 0.5 is a coin."
    )

    def score(self, predictions: Predictions) -> float:
        return float(self.scores(predictions, one_row(predictions.n))[0])

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        k = predictions.score.shape[1]
        classes = range(1, 2) if k == 2 else range(k)  # noqa: PLR2004
        each = [
            _area(predictions.score[:, code], predictions.truth == code, weights)
            for code in classes
        ]
        return defined_mean(np.stack(each, axis=-1))


def _area(score: Floats, positive: np.ndarray, weights: Floats) -> Floats:
    if not len(score):
        return np.full(len(weights), np.nan)
    order = np.argsort(score, kind="stable")
    ranked, hit, weights = score[order], positive[order], weights[:, order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    above = np.add.reduceat(weights * hit, starts, axis=1)
    below = np.add.reduceat(weights * ~hit, starts, axis=1)
    beaten = np.cumsum(below, axis=1) - below / 2
    return ratio((above * beaten).sum(axis=1), above.sum(axis=1) * below.sum(axis=1))
