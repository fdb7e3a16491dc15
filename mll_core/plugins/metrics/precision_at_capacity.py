"""Precision at capacity."""

from typing import ClassVar, Literal

from mll_core.domain.at_capacity import CapacityMetric
from mll_core.domain.metric import ratio
from mll_core.domain.task import Floats


class PrecisionAtCapacity(CapacityMetric):
    """Positives among the cases handled / cases handled, highest scores first."""

    label: ClassVar[str] = "Precision at capacity"
    kind: Literal["precision_at_capacity"] = "precision_at_capacity"
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "Of the cases there is capacity for, the share that really are positive."
    )

    def of_top(self, found: Floats, taken: Floats, positives: Floats, n: Floats) -> Floats:
        return ratio(found, taken)
