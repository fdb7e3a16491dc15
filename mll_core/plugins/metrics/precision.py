"""Precision."""

from typing import ClassVar, Literal

from mll_core.domain.metric import CountMetric, Rows, ratio
from mll_core.domain.task import Floats, Predictions, Task


class Precision(CountMetric):
    """TP / (TP + FP); NaN when nothing is called positive."""

    label: ClassVar[str] = "Precision"
    kind: Literal["precision"] = "precision"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "Of the cases called positive, the share that really are: low means wasted effort."
    )

    def of_counts(self, counts: Floats) -> Floats:
        return ratio(counts[..., 1, 1], counts[..., :, 1].sum(axis=-1))

    def counted(self, predictions: Predictions) -> tuple[Rows, Rows]:
        return predictions.truth == 1, predictions.label == 1
