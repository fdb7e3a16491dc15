"""Where rows lie: every column as scaled numbers, so that distances mean something."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix


class Space(BaseEstimator):  # type: ignore[misc]
    """float32 (n, p) with NaN in, float64 (n, d) without gaps out; learned without a target.

    Numbers: the median for a gap, then unit variance, cut at ``reach`` standard deviations so that
    one extreme value does not decide all distances (0: not cut). ``gaps``: a column that says where
    a gap was. Categories: one column of 0 and 1 for each of the ``levels`` most frequent, so that
    two rows of different levels lie as far apart as two random values of a number; or, with
    ``rarity``, one column that says how rare a level is.
    """

    def __init__(
        self,
        categories: Sequence[int] = (),
        *,
        levels: int = 15,
        gaps: bool = False,
        rarity: bool = False,
        reach: float = 5.0,
    ) -> None:
        self.categories = categories
        self.levels = levels
        self.gaps = gaps
        self.rarity = rarity
        self.reach = reach

    def fit(self, matrix: Matrix, target: Any = None) -> Self:
        """Learn medians, scales and levels from (n, p)."""
        known = ~np.isnan(matrix)
        self.numbers_ = np.setdiff1d(np.arange(matrix.shape[1]), np.asarray(self.categories, int))
        self.middle_ = np.array(
            [np.median(matrix[known[:, j], j]) if known[:, j].any() else 0.0 for j in self.numbers_]
        )
        self.gaps_ = np.array(
            [j for j in range(matrix.shape[1]) if self.gaps and 0 < known[:, j].sum() < len(known)],
            dtype=np.int64,
        )
        self.tables_ = [self._table(matrix[:, j]) for j in self.categories]
        wide = [1 if self.rarity else len(table) for table in self.tables_]
        self.origin_ = np.concatenate(
            [self.numbers_, np.repeat(np.asarray(self.categories, int), wide), self.gaps_]
        )
        raw = self._raw(matrix)
        self.mean_, self.scale_ = raw.mean(axis=0), raw.std(axis=0)
        indicator = self._indicators(raw.shape[1])
        self.mean_[indicator], self.scale_[indicator] = 0.0, 1.0
        self.scale_[self.scale_ < 1e-12 * np.maximum(1.0, np.abs(self.mean_))] = 1.0
        return self

    def transform(self, matrix: Matrix) -> Floats:
        """Where rows lie: (n, d)."""
        scaled = (self._raw(matrix) - self.mean_) / self.scale_
        return np.asarray(np.clip(scaled, -self.reach, self.reach) if self.reach else scaled)

    def _indicators(self, width: int) -> Any:
        """Columns of 0 and 1 that say which level: they stay as they are."""
        marks = np.zeros(width, dtype=bool)
        if not self.rarity:
            start = len(self.numbers_)
            marks[start : start + sum(len(table) for table in self.tables_)] = True
        return marks

    def _table(self, codes: Matrix) -> Floats:
        """The most frequent levels; with ``rarity`` pairs of a level and its surprise."""
        found, counts = np.unique(codes[~np.isnan(codes)], return_counts=True)
        if self.rarity:
            return np.column_stack([found, -np.log(counts / max(1, len(codes)))])
        order = np.argsort(-counts, kind="stable")[: self.levels]
        return np.asarray(np.sort(found[order]), np.float64)

    def _raw(self, matrix: Matrix) -> Floats:
        values = matrix[:, self.numbers_].astype(np.float64)
        parts = [np.where(np.isnan(values), self.middle_, values)]
        for j, table in zip(self.categories, self.tables_, strict=True):
            column = matrix[:, j]
            parts.append(_surprise(column, table) if self.rarity else column[:, None] == table)
        parts.append(np.isnan(matrix[:, self.gaps_]))
        return np.column_stack(parts).astype(np.float64)


def _surprise(codes: Matrix, table: Floats) -> Floats:
    """How rare each level is; one that was never seen is rarer than any, a gap has the median."""
    if not len(table):
        return np.zeros((len(codes), 1))
    place = np.clip(np.searchsorted(table[:, 0], codes), 0, len(table) - 1)
    seen = table[place, 0] == codes
    rare = np.where(seen, table[place, 1], table[:, 1].max() + 1.0)
    return np.where(np.isnan(codes), np.median(table[:, 1]), rare)[:, None]
