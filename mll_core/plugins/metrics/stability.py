"""Stability of groups."""

from typing import ClassVar, Literal

from mll_core.domain.metric import Metric
from mll_core.domain.task import Predictions, Task


class Stability(Metric):
    """Adjusted Rand index of two groupings of the same rows, learned from different draws.

    Source: Hubert & Arabie (1985), Comparing partitions.
    """

    label: ClassVar[str] = "Stability"
    kind: Literal["stability"] = "stability"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.CLUSTERING})
    lowest: ClassVar[float | None] = -0.5
    meaning: ClassVar[str] = (
        "How far groups learned from another draw of the rows are the same; 0 is chance, 1 the "
        "same groups."
    )

    def score(self, predictions: Predictions) -> float:
        from sklearn.metrics import adjusted_rand_score

        if not predictions.n:
            return float("nan")
        return float(adjusted_rand_score(predictions.truth, predictions.label))
