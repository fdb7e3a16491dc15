"""Symmetric mean absolute percentage error."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import MeanMetric, ratio
from mll_core.domain.task import Floats, Predictions, Task


class SymmetricMeanAbsolutePercentageError(MeanMetric):
    """Mean of 2 |prediction - truth| / (|prediction| + |truth|); both 0 count as no error.

    From 0 to 200 %. Source: Makridakis (1993), Accuracy measures: theoretical and practical
    concerns.
    """

    label: ClassVar[str] = "Symmetric percentage error"
    kind: Literal["smape"] = "smape"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = 2.0
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "How far predictions are off as a share of the mean of prediction and truth. It stands "
        "zeros, but is at its worst, 200 %, for any answer to a true 0, and is kinder to answers "
        "that are too high."
    )

    def parts(self, predictions: Predictions) -> Floats:
        off = np.abs(predictions.score - predictions.truth)
        size = (np.abs(predictions.score) + np.abs(predictions.truth)) / 2
        return np.where(size == 0, 0.0, ratio(off, size))[:, None]
