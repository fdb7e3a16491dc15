"""Recall at capacity."""

from typing import ClassVar, Literal

from mll_core.domain.at_capacity import CapacityMetric
from mll_core.domain.metric import ratio
from mll_core.domain.task import Floats


class RecallAtCapacity(CapacityMetric):
    """Positives among the cases handled / all positives, highest scores first."""

    label: ClassVar[str] = "Recall at capacity"
    kind: Literal["recall_at_capacity"] = "recall_at_capacity"
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "Of all positive cases, the share found within the capacity, also called gain."
    )

    def of_top(self, found: Floats, taken: Floats, positives: Floats, n: Floats) -> Floats:
        return ratio(found, positives)
