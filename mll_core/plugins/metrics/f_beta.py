"""F-beta."""

from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.metric import CountMetric, ratio
from mll_core.domain.task import Floats, Task


class FBeta(CountMetric):
    """(1 + b²) TP / ((1 + b²) TP + b² FN + FP): recall counts b times as much as precision.

    NaN for 0 / 0. Source: van Rijsbergen (1979), Information Retrieval.
    """

    label: ClassVar[str] = "F2"
    kind: Literal["f_beta"] = "f_beta"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    meaning: ClassVar[str] = (
        "Precision and recall in one number, a missed case weighing twice as much as a false alarm."
    )
    beta: float = Field(2.0, ge=0.1, le=10, description="How many times as much recall counts")

    def of_counts(self, counts: Floats) -> Floats:
        square = self.beta**2
        found, called = counts[..., 1, 1], counts[..., :, 1].sum(axis=-1)
        return ratio((1 + square) * found, square * counts[..., 1, :].sum(axis=-1) + called)
