"""Log-loss."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import MeanMetric
from mll_core.domain.task import Floats, Predictions, Task


class LogLoss(MeanMetric):
    """Mean of -ln(probability given to the true class), probabilities kept 2e-16 from 0 and 1."""

    label: ClassVar[str] = "Log-loss"
    kind: Literal["log_loss"] = "log_loss"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    meaning: ClassVar[str] = (
        "How surprised the probabilities are by what happened; confident mistakes cost most."
    )

    def parts(self, predictions: Predictions) -> Floats:
        eps = np.finfo(np.float64).eps
        told = predictions.score[np.arange(predictions.n), predictions.truth.astype(np.int64)]
        return np.asarray(-np.log(np.clip(told, eps, 1 - eps))[:, None])
