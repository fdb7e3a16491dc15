"""A classifier that learned with weights on its classes, and answers as if it had not."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix


class Reweighed(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """``fitted`` with ``weights``, one per class of its ``classes_``; its probabilities are divided
    by them, and so are honest about how frequent each class is.

    Source: Elkan (2001), The Foundations of Cost-Sensitive Learning, theorem 2.
    """

    def __init__(self, fitted: Any, weights: Sequence[float]) -> None:
        self.fitted = fitted
        self.weights = weights
        self.classes_ = np.asarray(fitted.classes_)

    def predict_proba(self, matrix: Matrix) -> Floats:
        """Probabilities of ``classes_``: (n, k)."""
        odds = np.asarray(self.fitted.predict_proba(matrix), np.float64) / np.asarray(self.weights)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def predict(self, matrix: Matrix) -> Any:
        """The likeliest class: (n,)."""
        return self.classes_[self.predict_proba(matrix).argmax(axis=1)]
