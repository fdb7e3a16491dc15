"""R²."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import MeanMetric, ratio
from mll_core.domain.task import Floats, Predictions, Task


class R2(MeanMetric):
    """1 - squared errors / squared distances of the truth from its mean; NaN if it is constant.

    Sums are taken about the mean of all rows, so that large values lose no digits.
    """

    label: ClassVar[str] = "R²"
    kind: Literal["r2"] = "r2"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    lowest: ClassVar[float | None] = None
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "The share of the ups and downs of the target that is predicted; "
        "0 is no better than the mean."
    )

    def parts(self, predictions: Predictions) -> Floats:
        centred = predictions.truth - predictions.truth.mean()
        error = predictions.score - predictions.truth
        return np.stack([error**2, centred, centred**2], axis=1)

    def combine(self, means: Floats) -> Floats:
        spread = means[..., 2] - means[..., 1] ** 2
        return np.asarray(1 - ratio(means[..., 0], np.where(spread > 0, spread, 0)))
