"""Specificity."""

from typing import ClassVar, Literal

from mll_core.domain.metric import CountMetric, Rows, ratio
from mll_core.domain.task import Floats, Predictions, Task


class Specificity(CountMetric):
    """TN / (TN + FP); NaN when there is no negative case."""

    label: ClassVar[str] = "Specificity"
    kind: Literal["specificity"] = "specificity"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = "Of the cases that really are negative, the share left alone."

    def of_counts(self, counts: Floats) -> Floats:
        return ratio(counts[..., 0, 0], counts[..., 0, :].sum(axis=-1))

    def counted(self, predictions: Predictions) -> tuple[Rows, Rows]:
        return predictions.label == 0, predictions.truth == 0
