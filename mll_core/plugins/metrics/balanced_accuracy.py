"""Balanced accuracy."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import CountMetric, defined_mean, ratio
from mll_core.domain.task import Floats, Task


class BalancedAccuracy(CountMetric):
    """Mean recall over the classes that occur; NaN with one class only."""

    label: ClassVar[str] = "Balanced accuracy"
    kind: Literal["balanced_accuracy"] = "balanced_accuracy"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "The share called right, averaged so that each class counts the same; "
        "guessing gives 1 over the number of classes."
    )

    def of_counts(self, counts: Floats) -> Floats:
        each = ratio(np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(axis=-1))
        several = (~np.isnan(each)).sum(axis=-1) > 1
        return np.where(several, defined_mean(each), np.nan)
