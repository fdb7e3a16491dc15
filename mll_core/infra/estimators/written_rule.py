"""The rule that a person wrote down, as an estimator."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from mll_core.domain.task import Floats
from mll_core.infra import rule_reading
from mll_core.infra.column_encodings import Matrix

STEADY = 2.0
"""Rows of the usual kind that either side of the rule is taken to have had as well."""


class WrittenRule(BaseEstimator):  # type: ignore[misc]
    """A formula over columns. Of classes it learns how often each occurs on either side of it.

    For numbers the rule's own number is the answer, or the mean on either side of a condition; the
    median where it says nothing. Without a rule all rows are on one side.
    """

    def __init__(
        self,
        rule: str,
        names: tuple[str, ...],
        levels: tuple[tuple[str, ...], ...],
        classifies: bool = False,
    ) -> None:
        self.rule = rule
        self.names = names
        self.levels = levels
        self.classifies = classifies

    def fit(self, matrix: Matrix, target: Any) -> Self:
        """Learn from (n, p) and (n,). Raises ValueError, InvalidParameter."""
        said = self._said(matrix)
        self.condition_ = bool(np.isin(said[~np.isnan(said)], (0.0, 1.0)).all())
        yes = said == 1
        if self.classifies:
            if not self.condition_:
                raise ValueError("the rule is a number; for classes write a condition.")
            self.classes_, codes = np.unique(target, return_inverse=True)
            k = len(self.classes_)
            usual = np.bincount(codes, minlength=k) / len(codes)
            sides = [np.bincount(codes[yes == side], minlength=k) for side in (False, True)]
            counts = np.array(sides) + STEADY * usual
            self.shares_ = counts / counts.sum(axis=1, keepdims=True)
            return self
        self.usual_ = float(np.median(target))
        self.means_ = [
            float(target[yes == side].mean()) if (yes == side).any() else self.usual_
            for side in (False, True)
        ]
        return self

    def _said(self, matrix: Matrix) -> Floats:
        if not self.rule.strip():
            return np.zeros(len(matrix))
        return rule_reading.answers(self.rule, self.names, self.levels, matrix)

    def predict_proba(self, matrix: Matrix) -> Floats:
        """Probabilities of ``classes_``: (n, k)."""
        return np.asarray(self.shares_[(self._said(matrix) == 1).astype(np.int64)])

    def predict(self, matrix: Matrix) -> Any:
        """The value, or the likeliest class: (n,)."""
        if self.classifies:
            return self.classes_[self.predict_proba(matrix).argmax(axis=1)]
        said = self._said(matrix)
        if self.condition_:
            return np.array(self.means_)[(said == 1).astype(np.int64)]
        return np.where(np.isfinite(said), said, self.usual_)
