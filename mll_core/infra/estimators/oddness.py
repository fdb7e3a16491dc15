"""An estimator that says how odd a row is, from 0 to 1."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix

KNOTS = 2_000
PARTS = 4
ENOUGH = 1_000
_FLAT, _PART = 1e-9, 0.2


class Oddness(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Rows in, scores from 0 to 1 out: 0.99 is odder than 99 % of the rows it learned from.

    ``detector`` says how usual a row is (``score_samples``). What is usual for that number is
    learned from rows set aside (of few rows: held out in turn), so that a row it remembers does
    not seem more usual than a new one. Beyond the oddest of them the score nears 1, in order.
    Source: Laxhammar & Falkman (2010), Conformal prediction for distribution-independent anomaly
    detection.
    """

    def __init__(self, space: Any, detector: Any, most: int = 20_000, seed: int = 0) -> None:
        self.space = space
        self.detector = detector
        self.most = most
        self.seed = seed

    def fit(self, matrix: Matrix, target: Any = None) -> Self:
        """Learn from (n, p); there is no target."""
        self.space_ = clone(self.space).fit(matrix)
        order = np.random.default_rng(self.seed).permutation(len(matrix))[: self.most]
        places = self.space_.transform(matrix[order])
        part = np.arange(len(places)) % PARTS
        if len(places) >= ENOUGH:  # enough to set some aside: then the scores are its very own
            self.detector_ = clone(self.detector).fit(places[part > 0])
            held = [-self.detector_.score_samples(places[part == 0])]
        else:
            self.detector_ = clone(self.detector).fit(places)
            held = [
                -clone(self.detector).fit(places[part != i]).score_samples(places[part == i])
                for i in range(PARTS)
            ]
        raw = np.sort(np.nan_to_num(np.concatenate(held)))
        self.seen_ = len(raw)
        # The tail is kept whole: the order of the oddest rows is what a queue is made of.
        kept = np.unique(np.r_[np.linspace(0, len(raw) - 1, KNOTS).astype(int), _tail(len(raw))])
        self.knots_, self.levels_ = raw[kept], (kept + 1.0) / (len(raw) + 1.0)
        self.spread_ = max(float(raw[-1] - np.median(raw)), 1e-12)
        self.classes_ = np.arange(2)
        return self

    def predict_proba(self, matrix: Matrix) -> Floats:
        """How usual and how odd, adding up to 1: (n, 2)."""
        raw = -self.detector_.score_samples(self.space_.transform(matrix))
        score = np.interp(np.nan_to_num(raw), self.knots_, self.levels_, left=0.0)
        beyond = np.maximum(0.0, raw - self.knots_[-1]) / self.spread_
        left = (1.0 - self.levels_[-1]) / (1.0 + beyond)
        score = np.where(beyond > 0, 1.0 - left, score)
        return np.column_stack([1.0 - score, score])

    def predict(self, matrix: Matrix) -> Any:
        """Whether a row is odder than not: (n,)."""
        return self.predict_proba(matrix).argmax(axis=1)


def _tail(n: int) -> Any:
    return np.arange(max(0, n - KNOTS), n)


class WorstColumn(BaseEstimator):  # type: ignore[misc]
    """The most unusual value of a row, in robust standard deviations from the median.

    Source: Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers.
    """

    def fit(self, places: Floats, target: Any = None) -> Self:
        """Learn medians and spreads of (n, d)."""
        self.middle_ = np.median(places, axis=0)
        spread = 1.4826 * np.median(np.abs(places - self.middle_), axis=0)
        scale = np.maximum(spread, _PART * places.std(axis=0))  # a level that most rows have
        self.scale_ = np.where(scale > _FLAT, scale, 1.0)
        return self

    def score_samples(self, places: Floats) -> Floats:
        """How usual rows are, the higher the more: (n,)."""
        away = np.abs(places - self.middle_) / self.scale_
        return -np.asarray(away.max(axis=1) if away.shape[1] else np.zeros(len(places)))


class FewCuts(BaseEstimator):  # type: ignore[misc]
    """Isolation forest with trees of as many rows as there are."""

    def __init__(self, trees: int = 100, rows: int = 256, seed: int = 0) -> None:
        self.trees = trees
        self.rows = rows
        self.seed = seed

    def fit(self, places: Floats, target: Any = None) -> Self:
        """Cut (n, d)."""
        from sklearn.ensemble import IsolationForest

        rows = min(self.rows, len(places))
        self.forest_ = IsolationForest(
            n_estimators=self.trees, max_samples=rows, random_state=self.seed
        ).fit(places)
        return self

    def score_samples(self, places: Floats) -> Floats:
        """How usual rows are, the higher the more: (n,)."""
        found: Floats = self.forest_.score_samples(places)
        return found


class SmoothBorder(BaseEstimator):  # type: ignore[misc]
    """How far inside a smooth border a row lies, whatever the number of rows learned from."""

    def __init__(self, outside: float = 0.05, gamma: float = 0.1) -> None:
        self.outside = outside
        self.gamma = gamma

    def fit(self, places: Floats, target: Any = None) -> Self:
        """Draw the border around (n, d)."""
        from sklearn.svm import OneClassSVM

        self.border_ = OneClassSVM(nu=self.outside, gamma=self.gamma).fit(places)
        self.weight_ = max(float(self.border_.offset_[0]), 1e-12)
        return self

    def score_samples(self, places: Floats) -> Floats:
        """How usual rows are, the higher the more: (n,)."""
        found: Floats = self.border_.score_samples(places) / self.weight_
        return found


class RobustEllipse(BaseEstimator):  # type: ignore[misc]
    """The distance from the middle in units of a spread that odd rows cannot pull, along the
    directions in which rows differ most.

    Source: Rousseeuw & Van Driessen (1999), A Fast Algorithm for the Minimum Covariance Determinant
    Estimator.
    """

    def __init__(self, directions: int = 15, kept: float = 0.75, seed: int = 0) -> None:
        self.directions = directions
        self.kept = kept
        self.seed = seed

    def fit(self, places: Floats, target: Any = None) -> Self:
        """Learn from (n, d); with few rows fewer directions are told apart."""
        import warnings

        from sklearn.covariance import MinCovDet

        self.centre_ = places.mean(axis=0)
        _, sizes, axes = np.linalg.svd(places - self.centre_, full_matrices=False)
        telling = int((sizes > 1e-6 * max(1e-12, float(sizes.max(initial=0.0)))).sum())
        k = max(1, min(self.directions, telling, len(places) // 5))
        self.axes_ = axes[:k].T
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # too few different rows: the score shows it
            found = MinCovDet(support_fraction=self.kept, random_state=self.seed).fit(
                (places - self.centre_) @ self.axes_
            )
        self.middle_, self.precision_ = found.location_, found.get_precision()
        return self

    def score_samples(self, places: Floats) -> Floats:
        """How usual rows are, the higher the more: (n,)."""
        moved = places - self.centre_
        along = moved @ self.axes_
        away = along - self.middle_
        inside = np.einsum("ij,jk,ik->i", away, self.precision_, away)
        outside = ((moved - along @ self.axes_.T) ** 2).sum(axis=1)
        return -np.asarray(np.maximum(inside, 0.0) + outside)
