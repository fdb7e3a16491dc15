"""F1."""

from typing import ClassVar, Literal

from mll_core.domain.metric import CountMetric, ratio
from mll_core.domain.task import Floats, Task


class F1(CountMetric):
    """2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall; NaN for 0 / 0."""

    label: ClassVar[str] = "F1"
    kind: Literal["f1"] = "f1"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    meaning: ClassVar[str] = (
        "One number for precision and recall together; it is low when either is low."
    )

    def of_counts(self, counts: Floats) -> Floats:
        found = 2 * counts[..., 1, 1]
        return ratio(found, counts[..., :, 1].sum(axis=-1) + counts[..., 1, :].sum(axis=-1))
