"""Accuracy."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import CountMetric, Rows, ratio
from mll_core.domain.task import Floats, Predictions, Task


class Accuracy(CountMetric):
    """(true positives + true negatives) / n; for more classes, the diagonal / n."""

    label: ClassVar[str] = "Accuracy"
    kind: Literal["accuracy"] = "accuracy"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "The share of cases called right; with rare classes it looks high for a useless model."
    )

    def of_counts(self, counts: Floats) -> Floats:
        right = np.trace(counts, axis1=-2, axis2=-1)
        return ratio(right, counts.sum(axis=(-2, -1)))

    def counted(self, predictions: Predictions) -> tuple[Rows, Rows]:
        return predictions.label == predictions.truth, np.ones(predictions.n, dtype=bool)
