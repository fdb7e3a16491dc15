"""Share within tolerance."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mll_core.domain.metric import MeanMetric, Rows
from mll_core.domain.task import Floats, Predictions, Task


class WithinTolerance(MeanMetric):
    """Share of rows with |prediction - truth| <= tolerance x |truth|."""

    label: ClassVar[str] = "Within tolerance"
    kind: Literal["within_tolerance"] = "within_tolerance"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = "The share of predictions that are within 10 % of the true value."
    tolerance: float = Field(0.1, ge=0, le=1, description="Allowed error, as a share of the truth")

    def parts(self, predictions: Predictions) -> Floats:
        off = np.abs(predictions.score - predictions.truth)
        return (off <= self.tolerance * np.abs(predictions.truth)).astype(np.float64)[:, None]

    def counted(self, predictions: Predictions) -> tuple[Rows, Rows]:
        return self.parts(predictions)[:, 0] == 1, np.ones(predictions.n, dtype=bool)
