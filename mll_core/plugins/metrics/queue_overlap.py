"""Overlap of two queues."""

from typing import ClassVar, Literal

from mll_core.domain.metric import CountMetric, ratio
from mll_core.domain.task import Floats, Task


class QueueOverlap(CountMetric):
    """Rows in both queues / rows in the second; the first was learned from other rows."""

    label: ClassVar[str] = "Queue overlap"
    kind: Literal["queue_overlap"] = "queue_overlap"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.ANOMALY})
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "How much of the queue would be the same, had the model learned from other rows; a random "
        "queue gives the share that fits into it."
    )

    def of_counts(self, counts: Floats) -> Floats:
        return ratio(counts[..., 1, 1], counts[..., :, 1].sum(axis=-1))
