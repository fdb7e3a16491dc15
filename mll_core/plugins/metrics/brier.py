"""Brier score."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import MeanMetric
from mll_core.domain.task import Floats, Predictions, Task


class Brier(MeanMetric):
    """Binary: mean (p - y)²; more classes: mean sum over classes of (p - y)².

    Source: Brier (1950), Verification of forecasts expressed in terms of probability.
    """

    label: ClassVar[str] = "Brier score"
    kind: Literal["brier"] = "brier"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = 2.0
    meaning: ClassVar[str] = (
        "The squared distance between probabilities and what happened; 0 is perfect."
    )

    def parts(self, predictions: Predictions) -> Floats:
        k = predictions.score.shape[1]
        happened = np.eye(k)[predictions.truth.astype(np.int64)]
        apart = ((predictions.score - happened) ** 2).sum(axis=1, keepdims=True)
        return np.asarray(apart / 2 if k == 2 else apart)  # noqa: PLR2004
