"""Median absolute error."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import Metric
from mll_core.domain.task import Floats, Predictions, Task


class MedianAbsoluteError(Metric):
    """Median of |prediction - truth|; the mean of the two middle errors when n is even."""

    label: ClassVar[str] = "Median absolute error"
    kind: Literal["median_absolute_error"] = "median_absolute_error"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    unit: ClassVar[str] = "target"
    meaning: ClassVar[str] = (
        "Half of the predictions are off by less than this, in the target's unit."
    )

    def score(self, predictions: Predictions) -> float:
        off = np.abs(predictions.score - predictions.truth)
        return float(np.median(off)) if len(off) else float("nan")

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        off = np.abs(predictions.score - predictions.truth)
        order = np.argsort(off, kind="stable")
        off, upto = off[order], np.cumsum(weights[:, order], axis=1)
        middle = [np.searchsorted(u, [(u[-1] - 1) // 2, u[-1] // 2], side="right") for u in upto]
        return np.asarray(off[np.array(middle)].mean(axis=1))
