"""Macro precision."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import CountMetric, defined_mean, ratio
from mll_core.domain.task import Floats, Task


class MacroPrecision(CountMetric):
    """Mean over classes of TP / (TP + FP); without classes that are never called."""

    label: ClassVar[str] = "Macro precision"
    kind: Literal["macro_precision"] = "macro_precision"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.MULTICLASS})
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "Of the cases given a class, the share that really is of it, averaged so that each class "
        "counts the same."
    )

    def of_counts(self, counts: Floats) -> Floats:
        return defined_mean(ratio(np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(axis=-2)))
