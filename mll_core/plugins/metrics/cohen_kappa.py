"""Cohen's kappa."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import CountMetric, ratio
from mll_core.domain.task import Floats, Task


class CohenKappa(CountMetric):
    """(agreement - agreement by chance) / (1 - agreement by chance); NaN for 0 / 0.

    Source: Cohen (1960), A coefficient of agreement for nominal scales.
    """

    label: ClassVar[str] = "Cohen's kappa"
    kind: Literal["cohen_kappa"] = "cohen_kappa"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    lowest: ClassVar[float | None] = -1.0
    meaning: ClassVar[str] = (
        "How much of the agreement with the truth is more than chance; 0 is chance, 1 is perfect."
    )

    def of_counts(self, counts: Floats) -> Floats:
        n = counts.sum(axis=(-2, -1))
        chance = ratio((counts.sum(axis=-1) * counts.sum(axis=-2)).sum(axis=-1), n**2)
        right = ratio(np.trace(counts, axis1=-2, axis2=-1), n)
        return ratio(right - chance, 1 - chance)
