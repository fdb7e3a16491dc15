"""Lift at capacity."""

from typing import ClassVar, Literal

from mll_core.domain.at_capacity import CapacityMetric
from mll_core.domain.metric import ratio
from mll_core.domain.task import Floats


class LiftAtCapacity(CapacityMetric):
    """(positives among the cases handled / cases handled) / (positives / n)."""

    label: ClassVar[str] = "Lift at capacity"
    kind: Literal["lift_at_capacity"] = "lift_at_capacity"
    highest: ClassVar[float | None] = None
    meaning: ClassVar[str] = (
        "How many times more positives are found within the capacity than by a random choice."
    )

    def of_top(self, found: Floats, taken: Floats, positives: Floats, n: Floats) -> Floats:
        return ratio(found * n, taken * positives)
