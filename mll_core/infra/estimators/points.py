"""A table of points: what a person adds up on paper, and the model's whole answer."""

from typing import Any, Self

import numpy as np
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.isotonic import isotonic_regression
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix

DOUBLING = 20
"""Points that double the odds."""
EVEN = 500
"""Points at which both classes are as likely."""
SMALLEST = 0.05
"""Share of the rows that a range holds at least."""
STEADY = 5.0
"""Rows of the usual kind that every range is taken to have had as well."""


class PointsTable(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Columns cut into ranges, whole points for each; the sum of the points is the answer.

    ``levels`` are how many codes each column has, 0 for a number; ``directions`` say for each
    whether points may only rise (1) or fall (-1). A range weighs by the log of its odds over the
    usual odds, a column by a logistic regression on those; columns that would count the wrong way
    are left out. Source: Siddiqi (2006), Credit Risk Scorecards.
    """

    def __init__(
        self,
        levels: tuple[int, ...],
        ranges: int = 5,
        columns: int = 15,
        directions: tuple[int, ...] | None = None,
    ) -> None:
        self.levels = levels
        self.ranges = ranges
        self.columns = columns
        self.directions = directions

    def fit(self, matrix: Matrix, target: Any) -> Self:
        """Learn from (n, p) and codes 0 and 1 (n,). Raises ValueError with one class only."""
        self.classes_, truth = np.unique(target, return_inverse=True)
        if len(self.classes_) == 1:
            raise ValueError("all rows are of one class.")
        self.cuts_ = [self._cuts(matrix[:, place], truth, place) for place in self._places()]
        ranges = [self.range_of(matrix[:, place], place) for place in self._places()]
        weights = [self._weights(found, truth, place) for place, found in enumerate(ranges)]
        said = np.column_stack([w[found] for w, found in zip(weights, ranges, strict=True)])
        kept, line = self._kept(said, truth)
        points: list[Any] = [np.zeros(len(w), np.int64) for w in weights]
        start = float(line.intercept_[0]) * self._scale + EVEN
        for place, slope in zip(kept, line.coef_[0], strict=True):
            exact = slope * weights[place] * self._scale
            start += float(exact.min())
            points[place] = np.round(exact - exact.min()).astype(np.int64)
        self.points_, self.start_ = points, round(start)
        return self

    @property
    def _scale(self) -> float:
        return DOUBLING / float(np.log(2))

    def _places(self) -> range:
        return range(len(self.levels))

    def _cuts(self, column: Any, truth: Any, place: int) -> Any:
        """Between ranges of a number; for a category the range of each level."""
        known = ~np.isnan(column)
        levels = self.levels[place]
        values = np.asarray(column[known], np.float64)
        if levels:
            codes = values.astype(np.int64)
            n = np.bincount(codes, minlength=levels)
            positive = np.bincount(codes, weights=truth[known], minlength=levels)
            share = (positive + STEADY * truth.mean()) / (n + STEADY)
            return np.searchsorted(self._between(share[codes], truth[known]), share, side="left")
        return self._between(values, truth[known])

    def _between(self, values: Any, truth: Any) -> Any:
        # A small tree on one column finds where the answer changes most.
        if not len(values):
            return np.zeros(0)
        smallest = max(5, round(SMALLEST * len(values)))
        tree = DecisionTreeClassifier(
            max_leaf_nodes=max(2, self.ranges), min_samples_leaf=smallest, random_state=0
        ).fit(values[:, None], truth)
        return np.sort(tree.tree_.threshold[tree.tree_.children_left >= 0])

    def range_of(self, column: Any, place: int) -> Any:
        """The range that each value falls in; what is missing has the last one: (n,)."""
        cuts, levels = self.cuts_[place], self.levels[place]
        gap = np.isnan(column) | (column >= levels if levels else False)
        if levels:
            at = cuts[np.where(gap, 0, column).astype(np.int64)]
            return np.where(gap, cuts.max(initial=0) + 1, at)
        return np.where(gap, len(cuts) + 1, np.searchsorted(cuts, column, side="left"))

    def _weights(self, found: Any, truth: Any, place: int) -> Floats:
        # The log of the odds of each range over the usual odds.
        levels = self.levels[place]
        size = (self.cuts_[place].max(initial=0) if levels else len(self.cuts_[place])) + 2
        n = np.bincount(found, minlength=size)
        usual = float(truth.mean())
        share = (np.bincount(found, weights=truth, minlength=size) + STEADY * usual) / (n + STEADY)
        weights = np.asarray(logit(share) - logit(usual))
        direction = self.directions[place] if self.directions else 0
        if direction and not levels:
            inner = slice(0, size - 1)
            weights[inner] = isotonic_regression(
                weights[inner], sample_weight=n[inner] + 1e-9, increasing=direction > 0
            )
        return weights

    def _kept(self, said: Floats, truth: Any) -> tuple[Any, Any]:
        # Those that say most; a column that counts against what it says alone is left out.
        strength = said.var(axis=0)
        kept = np.sort(np.argsort(-strength, kind="stable")[: self.columns])
        while True:
            line = LogisticRegression(C=1.0, max_iter=300).fit(said[:, kept], truth)
            right = line.coef_[0] > 0
            if right.all() or not right.any():
                return kept, line
            kept = kept[right]

    def total(self, matrix: Matrix) -> Any:
        """The points of each row, whole numbers: (n,)."""
        given = [
            self.points_[place][self.range_of(matrix[:, place], place)] for place in self._places()
        ]
        return self.start_ + np.sum(given, axis=0)

    def predict_proba(self, matrix: Matrix) -> Floats:
        """Probabilities of ``classes_``: (n, 2)."""
        positive = expit((self.total(matrix) - EVEN) / self._scale)
        return np.column_stack([1 - positive, positive])

    def predict(self, matrix: Matrix) -> Any:
        """The likelier class: (n,)."""
        return self.classes_[self.predict_proba(matrix).argmax(axis=1)]
