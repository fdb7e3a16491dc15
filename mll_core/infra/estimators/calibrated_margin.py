"""Probabilities for classifiers that only say on which side of a border a row lies, and how far."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix

PARTS = 3


class CalibratedMargin(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """``machine`` and a curve from its margins to probabilities.

    The curve is learned on margins of rows that were held out in turn; where a class has fewer rows
    than parts, on those of the rows learned from. Source: Platt (1999), Probabilistic Outputs for
    Support Vector Machines.
    """

    def __init__(self, machine: Any, seed: int = 0) -> None:
        self.machine = machine
        self.seed = seed

    def fit(self, matrix: Matrix, target: Any) -> Self:
        """Learn from (n, p) and codes (n,). Raises ValueError with one class only."""
        self.classes_, counts = np.unique(target, return_counts=True)
        if len(self.classes_) == 1:
            raise ValueError("all rows are of one class.")
        self.machine_ = clone(self.machine).fit(matrix, target)
        if counts.min() >= PARTS:
            cut = StratifiedKFold(PARTS, shuffle=True, random_state=self.seed)
            margins = cross_val_predict(
                clone(self.machine), matrix, target, cv=cut, method="decision_function"
            )
        else:
            margins = self.machine_.decision_function(matrix)
        self.curve_ = LogisticRegression(C=100.0).fit(_flat(margins), target)
        return self

    def predict_proba(self, matrix: Matrix) -> Floats:
        """Probabilities of ``classes_``: (n, k)."""
        margins = _flat(self.machine_.decision_function(matrix))
        return np.asarray(self.curve_.predict_proba(margins), np.float64)

    def predict(self, matrix: Matrix) -> Any:
        """The likeliest class: (n,)."""
        return self.classes_[self.predict_proba(matrix).argmax(axis=1)]


def _flat(margins: Any) -> Any:
    found = np.asarray(margins, np.float64)
    return found[:, None] if found.ndim == 1 else found
