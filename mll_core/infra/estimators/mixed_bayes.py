"""Naive Bayes on numbers and categories side by side."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix

NARROWEST = 1e-3
"""The smallest variance, as a share of the column's."""


class MixedBayes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Each column speaks for itself: a bell curve per class for a number, shares for a category.

    ``levels`` are how many codes each column has, 0 for a number. A missing number says nothing, a
    missing category is a level of its own. Source: Hand & Yu (2001), Idiot's Bayes: Not So Stupid
    After All?
    """

    def __init__(self, levels: tuple[int, ...], smoothing: float = 1.0) -> None:
        self.levels = levels
        self.smoothing = smoothing

    def fit(self, matrix: Matrix, target: Any) -> Self:
        """Learn from (n, p) and codes (n,)."""
        self.classes_, counts = np.unique(target, return_counts=True)
        self.prior_ = np.log(counts / counts.sum())
        coded = np.array(self.levels) > 0
        numbers = np.asarray(matrix[:, ~coded], np.float64)
        known = ~np.isnan(numbers)
        centre, spread = _moments(numbers, known)
        means, variances = [], []
        for code in self.classes_:
            mine = target == code
            n = known[mine].sum(axis=0)
            mean, variance = _moments(numbers[mine], known[mine])
            # One row's worth of all classes steadies what few rows say.
            means.append((n * mean + centre) / (n + 1))
            variances.append((n * variance + spread) / (n + 1) + NARROWEST * spread + 1e-12)
        self.means_, self.variances_ = np.array(means), np.array(variances)
        self.shares_ = [
            self._shares(matrix[:, place], target, self.levels[place])
            for place in np.flatnonzero(coded)
        ]
        return self

    def _shares(self, codes: Any, target: Any, levels: int) -> Floats:
        # Log shares of each level and of a gap, by class: (k, levels + 1).
        at = _codes(codes, levels)
        counts = [np.bincount(at[target == code], minlength=levels + 1) for code in self.classes_]
        smooth = np.array(counts, np.float64) + self.smoothing
        return np.asarray(np.log(smooth / smooth.sum(axis=1, keepdims=True)))

    def predict_proba(self, matrix: Matrix) -> Floats:
        """Probabilities of ``classes_``: (n, k)."""
        coded = np.array(self.levels) > 0
        numbers = np.asarray(matrix[:, ~coded], np.float64)
        said = np.tile(self.prior_, (len(matrix), 1))
        for k in range(len(self.classes_)):
            away = (numbers - self.means_[k]) ** 2 / self.variances_[k]
            said[:, k] -= 0.5 * np.nansum(
                np.where(np.isnan(away), np.nan, away + np.log(self.variances_[k])), axis=1
            )
        for shares, place in zip(self.shares_, np.flatnonzero(coded), strict=True):
            said += shares[:, _codes(matrix[:, place], self.levels[place])].T
        found = np.exp(said - said.max(axis=1, keepdims=True))
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def predict(self, matrix: Matrix) -> Any:
        """The likeliest class: (n,)."""
        return self.classes_[self.predict_proba(matrix).argmax(axis=1)]


def _moments(numbers: Floats, known: Any) -> tuple[Floats, Floats]:
    # Mean and variance of what is known; 0 and 0 where nothing is.
    n = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, numbers, 0).sum(axis=0) / n
    return mean, (np.where(known, numbers - mean, 0) ** 2).sum(axis=0) / n


def _codes(codes: Any, levels: int) -> Any:
    # The last place is for gaps and for codes that nobody told of.
    known = (codes >= 0) & (codes < levels)
    return np.where(known, np.nan_to_num(codes), levels).astype(np.int64)
