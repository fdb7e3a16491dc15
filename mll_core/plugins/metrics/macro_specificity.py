"""Macro specificity."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import CountMetric, defined_mean, ratio
from mll_core.domain.task import Floats, Task


class MacroSpecificity(CountMetric):
    """Mean over classes of TN / (TN + FP), each class against the rest; without a class that all
    rows are of.
    """

    label: ClassVar[str] = "Macro specificity"
    kind: Literal["macro_specificity"] = "macro_specificity"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.MULTICLASS})
    unit: ClassVar[str] = "share"
    meaning: ClassVar[str] = (
        "Of the cases that are not of a class, the share that is not given it, averaged over the "
        "classes."
    )

    def of_counts(self, counts: Floats) -> Floats:
        n, true = counts.sum(axis=(-2, -1))[..., None], counts.sum(axis=-1)
        wrongly = counts.sum(axis=-2) - np.diagonal(counts, axis1=-2, axis2=-1)
        return defined_mean(ratio(n - true - wrongly, n - true))
