"""Macro F1."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import CountMetric, defined_mean, ratio
from mll_core.domain.task import Floats, Task


class MacroF1(CountMetric):
    """Mean over classes of 2 TP / (2 TP + FP + FN); without classes that never occur."""

    label: ClassVar[str] = "Macro F1"
    kind: Literal["macro_f1"] = "macro_f1"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.MULTICLASS})
    meaning: ClassVar[str] = (
        "F1 of each class, averaged so that rare classes count as much as common ones."
    )

    def of_counts(self, counts: Floats) -> Floats:
        found = 2 * np.diagonal(counts, axis1=-2, axis2=-1)
        return defined_mean(ratio(found, counts.sum(axis=-1) + counts.sum(axis=-2)))
