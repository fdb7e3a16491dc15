"""Root mean squared error."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import MeanMetric
from mll_core.domain.task import Floats, Predictions, Task


class RootMeanSquaredError(MeanMetric):
    """Square root of the mean of (prediction - truth)²."""

    label: ClassVar[str] = "Root mean squared error"
    kind: Literal["rmse"] = "rmse"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    unit: ClassVar[str] = "target"
    meaning: ClassVar[str] = (
        "How far predictions are off, in the target's unit, with large errors counting more."
    )

    def parts(self, predictions: Predictions) -> Floats:
        return ((predictions.score - predictions.truth) ** 2)[:, None]

    def combine(self, means: Floats) -> Floats:
        return np.asarray(np.sqrt(means[..., 0]))
