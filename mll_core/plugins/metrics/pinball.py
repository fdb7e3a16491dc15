"""Pinball loss."""

from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from mll_core.domain.document import Brief
from mll_core.domain.metric import MeanMetric
from mll_core.domain.task import Floats, Predictions, Task


class Pinball(MeanMetric):
    """Mean of q (truth - prediction) where the truth is larger, (1 - q) (prediction - truth) else.

    Smallest when a share q of the truths lies below what is predicted. Source: Koenker & Bassett
    (1978), Regression Quantiles.
    """

    label: ClassVar[str] = "Pinball loss"
    kind: Literal["pinball"] = "pinball"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    unit: ClassVar[str] = "target"
    needs: ClassVar[str] = "brief.quantile"
    meaning: ClassVar[str] = (
        "How far predictions of the quantile are off: too low and too high count by how rare "
        "each should be."
    )
    quantile: float = Field(0.5, ge=0.01, le=0.99, description="Share of truths that lie below")

    @classmethod
    def of_brief(cls, brief: Brief) -> Self:
        return cls.of() if brief.quantile is None else cls.of(quantile=brief.quantile)

    @classmethod
    def usable(cls, brief: Brief) -> bool:
        return brief.quantile is not None

    def parts(self, predictions: Predictions) -> Floats:
        left = predictions.truth - predictions.score
        return np.maximum(self.quantile * left, (self.quantile - 1) * left)[:, None]
