"""Davies-Bouldin index."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import Metric
from mll_core.domain.task import Predictions, Task


class DaviesBouldin(Metric):
    """Mean over groups of the worst (spread + spread of another) / distance of their centres.

    Rows in no group are left out; NaN with fewer than two groups. Source: Davies & Bouldin (1979),
    A Cluster Separation Measure.
    """

    label: ClassVar[str] = "Davies-Bouldin"
    kind: Literal["davies_bouldin"] = "davies_bouldin"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.CLUSTERING})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    meaning: ClassVar[str] = (
        "How wide groups are beside the distance to the most similar other; lower is better."
    )

    def score(self, predictions: Predictions) -> float:
        from sklearn.metrics import davies_bouldin_score

        inside = predictions.label >= 0
        groups = len(np.unique(predictions.label[inside]))
        if predictions.space is None or not 1 < groups < int(inside.sum()):
            return float("nan")
        return float(davies_bouldin_score(predictions.space[inside], predictions.label[inside]))
