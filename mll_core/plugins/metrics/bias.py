"""Bias."""

from typing import ClassVar, Literal

from mll_core.domain.metric import MeanMetric
from mll_core.domain.task import Floats, Predictions, Task


class Bias(MeanMetric):
    """Mean of prediction - truth; best at 0."""

    label: ClassVar[str] = "Bias"
    kind: Literal["bias"] = "bias"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    ranks: ClassVar[bool] = False
    lowest: ClassVar[float | None] = None
    unit: ClassVar[str] = "target"
    meaning: ClassVar[str] = (
        "Whether predictions are too high (above 0) or too low (below 0) on average."
    )

    def parts(self, predictions: Predictions) -> Floats:
        return (predictions.score - predictions.truth)[:, None]
