"""Estimators that put rows into groups, and new rows into the same."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from mll_core.domain.task import Codes, Floats
from mll_core.infra.column_encodings import Matrix

NONE = "No group"
_NEAR = 0.99
_CHUNK = 2_000_000


class Grouping(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Rows in, shares of groups out, the largest group first; learned from at most ``most`` rows.

    ``space`` says where rows lie, ``clusterer`` finds the groups among them.
    """

    def __init__(self, space: Any, clusterer: Any, most: int = 20_000, seed: int = 0) -> None:
        self.space = space
        self.clusterer = clusterer
        self.most = most
        self.seed = seed

    def fit(self, matrix: Matrix, target: Any = None) -> Self:
        """Learn from (n, p); there is no target. Raises ValueError when there are no groups."""
        self.space_ = clone(self.space).fit(matrix)
        drawn = matrix
        if len(matrix) > self.most:
            chosen = np.random.default_rng(self.seed).permutation(len(matrix))[: self.most]
            drawn = matrix[np.sort(chosen)]
        self._learn(self.space_.transform(drawn))
        self.classes_ = np.arange(len(self.names))
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """What the groups are called, in the order of their codes."""
        raise NotImplementedError

    @property
    def rest(self) -> bool:
        """Whether a row may be in no group; the last code says so."""
        return False

    def predict_proba(self, matrix: Matrix) -> Floats:
        """The share that each group has of a row: (n, k)."""
        places = self.space_.transform(matrix)
        return np.asarray(self._shares(places), np.float64)

    def predict(self, matrix: Matrix) -> Any:
        """The code of the group: (n,)."""
        return self.predict_proba(matrix).argmax(axis=1)

    def _learn(self, places: Floats) -> None:
        raise NotImplementedError

    def _shares(self, places: Floats) -> Floats:
        raise NotImplementedError


class NearestCentre(Grouping):
    """A row belongs to the group whose centre is nearest.

    Its shares are those of the inverse squared distances. Source: Bezdek (1981), Pattern
    Recognition with Fuzzy Objective Function Algorithms (m = 2).
    """

    @property
    def names(self) -> tuple[str, ...]:
        """Numbered, the largest first."""
        return _numbered(len(self.centres_))

    def _learn(self, places: Floats) -> None:
        labels = clone(self.clusterer).fit_predict(places)
        found = by_size(labels)
        self.centres_ = np.array([places[labels == code].mean(axis=0) for code in found])

    def _shares(self, places: Floats) -> Floats:
        far = distances(places, self.centres_)
        nearness = 1.0 / np.maximum(far, 1e-12)
        return np.asarray(nearness / nearness.sum(axis=1, keepdims=True))


class Mixture(Grouping):
    """A row belongs to the bell-shaped group that it most likely came from."""

    @property
    def names(self) -> tuple[str, ...]:
        """Numbered, the largest first."""
        return _numbered(len(self.order_))

    def _learn(self, places: Floats) -> None:
        self.mixture_ = clone(self.clusterer).fit(places)
        self.order_ = np.argsort(-self.mixture_.weights_, kind="stable")

    def _shares(self, places: Floats) -> Floats:
        return np.asarray(self.mixture_.predict_proba(places)[:, self.order_])


class DenseRegions(Grouping):
    """A row belongs to the group of the nearest remembered row, when it lies as close to it as
    rows of that group do to each other; else to none.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """Numbered, the largest first, and none."""
        return (*_numbered(len(self.reach_)), NONE)

    @property
    def rest(self) -> bool:
        """Rows between the groups are in none."""
        return True

    def _learn(self, places: Floats) -> None:
        labels = clone(self.clusterer).fit_predict(places)
        found = by_size(labels[labels >= 0])
        if len(found) < 2:  # noqa: PLR2004
            raise ValueError("it finds fewer than two dense groups in these rows.")
        kept = labels >= 0
        self.remembered_ = places[kept]
        code = {int(name): place for place, name in enumerate(found)}
        self.codes_ = np.array([code[int(name)] for name in labels[kept]])
        self.reach_ = np.array(
            [_usual_gap(places[labels == name]) for name in found], dtype=np.float64
        )

    def _shares(self, places: Floats) -> Floats:
        shares = np.zeros((len(places), len(self.reach_) + 1))
        step = max(1, _CHUNK // max(1, len(self.remembered_)))
        for start in range(0, len(places), step):
            part = places[start : start + step]
            far = distances(part, self.remembered_)
            near = far.argmin(axis=1)
            code = self.codes_[near]
            inside = far[np.arange(len(part)), near] <= self.reach_[code]
            shares[start + np.arange(len(part)), np.where(inside, code, len(self.reach_))] = 1.0
        return shares


def by_size(labels: Codes) -> Codes:
    """The labels that occur, the most frequent first."""
    found, counts = np.unique(labels, return_counts=True)
    return np.asarray(found[np.argsort(-counts, kind="stable")])


def distances(places: Floats, others: Floats) -> Floats:
    """Squared distances: (n, d), (m, d) -> (n, m)."""
    squares = (places**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None, :]
    return np.asarray(np.maximum(squares - 2.0 * places @ others.T, 0.0))


def _usual_gap(places: Floats) -> float:
    """The squared distance to the nearest other row that nearly all rows of a group keep."""
    far = distances(places, places)
    np.fill_diagonal(far, np.inf)
    nearest = far.min(axis=1)
    return float(np.quantile(nearest[np.isfinite(nearest)], _NEAR)) + 1e-9


def _numbered(k: int) -> tuple[str, ...]:
    return tuple(f"Group {number}" for number in range(1, k + 1))
