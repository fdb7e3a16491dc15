"""Mean absolute error."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import MeanMetric
from mll_core.domain.task import Floats, Predictions, Task


class MeanAbsoluteError(MeanMetric):
    """Mean of |prediction - truth|."""

    label: ClassVar[str] = "Mean absolute error"
    kind: Literal["mae"] = "mae"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    unit: ClassVar[str] = "target"
    meaning: ClassVar[str] = "How far predictions are off on average, in the target's unit."

    def parts(self, predictions: Predictions) -> Floats:
        return np.abs(predictions.score - predictions.truth)[:, None]
