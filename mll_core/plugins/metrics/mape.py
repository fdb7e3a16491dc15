"""Mean absolute percentage error."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import MeanMetric, ratio
from mll_core.domain.task import Floats, Predictions, Task


class MeanAbsolutePercentageError(MeanMetric):
    """Mean of |prediction - truth| / |truth|; NaN when a true value is 0."""

    label: ClassVar[str] = "Mean absolute percentage error"
    kind: Literal["mape"] = "mape"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "How far predictions are off as a share of the true value; only fit for values far from 0: "
        "a true 0 makes it unknown, small values rule it, and answers too low cost at most 100 %."
    )

    def parts(self, predictions: Predictions) -> Floats:
        off = np.abs(predictions.score - predictions.truth)
        return ratio(off, np.abs(predictions.truth))[:, None]
