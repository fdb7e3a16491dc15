"""Silhouette."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import Metric, ratio
from mll_core.domain.task import Floats, Predictions, Task


class Silhouette(Metric):
    """Mean of (b - a) / max(a, b): a, b the mean distances of a row to its own and the nearest
    other group.

    A row in no group counts 0; NaN with fewer than two groups. In resamples every row keeps its
    value: rows are drawn, not distances. Source: Rousseeuw (1987), Silhouettes.
    """

    label: ClassVar[str] = "Silhouette"
    kind: Literal["silhouette"] = "silhouette"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.CLUSTERING})
    lowest: ClassVar[float | None] = -1.0
    repeats: ClassVar[bool] = False
    meaning: ClassVar[str] = (
        "How much nearer rows lie to their own group than to the next one; 0 is no groups at all, "
        "1 groups far apart."
    )

    def score(self, predictions: Predictions) -> float:
        each = self.of_rows(predictions)
        return float(each.mean()) if len(each) else float("nan")

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        each = self.of_rows(predictions)
        if not len(each):
            return np.full(len(weights), np.nan)
        return ratio(weights @ each, weights.sum(axis=1))

    def of_rows(self, predictions: Predictions) -> Floats:
        """The silhouette of every row (n,); none where there are fewer than two groups."""
        from sklearn.metrics import silhouette_samples

        inside = predictions.label >= 0
        groups = len(np.unique(predictions.label[inside]))
        if predictions.space is None or not 1 < groups < int(inside.sum()):
            return np.empty(0)
        each = np.zeros(predictions.n)
        each[inside] = silhouette_samples(predictions.space[inside], predictions.label[inside])
        return each
