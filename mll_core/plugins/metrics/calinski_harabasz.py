"""Calinski-Harabasz index."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import Metric
from mll_core.domain.task import Predictions, Task


class CalinskiHarabasz(Metric):
    """(spread between groups / (k - 1)) / (spread within groups / (n - k)).

    Rows in no group are left out; NaN with fewer than two groups. Source: Calinski & Harabasz
    (1974), A dendrite method for cluster analysis.
    """

    label: ClassVar[str] = "Calinski-Harabasz"
    kind: Literal["calinski_harabasz"] = "calinski_harabasz"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.CLUSTERING})
    highest: ClassVar[float | None] = None
    meaning: ClassVar[str] = (
        "How much rows differ between groups beside within them; it grows with the number of rows."
    )

    def score(self, predictions: Predictions) -> float:
        from sklearn.metrics import calinski_harabasz_score

        inside = predictions.label >= 0
        groups = len(np.unique(predictions.label[inside]))
        if predictions.space is None or not 1 < groups < int(inside.sum()):
            return float("nan")
        return float(calinski_harabasz_score(predictions.space[inside], predictions.label[inside]))
