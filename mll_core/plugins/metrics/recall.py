"""Recall."""

from typing import ClassVar, Literal

from mll_core.domain.metric import CountMetric, Rows, ratio
from mll_core.domain.task import Floats, Predictions, Task


class Recall(CountMetric):
    """TP / (TP + FN); NaN when there is no positive case."""

    label: ClassVar[str] = "Recall"
    kind: Literal["recall"] = "recall"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "Of the cases that really are positive, the share that is found: low means missed cases."
    )

    def of_counts(self, counts: Floats) -> Floats:
        return ratio(counts[..., 1, 1], counts[..., 1, :].sum(axis=-1))

    def counted(self, predictions: Predictions) -> tuple[Rows, Rows]:
        return predictions.label == 1, predictions.truth == 1
