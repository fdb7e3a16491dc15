"""The dense columns of many rows: learned from all of them, worked out some rows at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from mll_core.domain.task import Codes, Floats
from mll_core.infra.column_encodings import Matrix

BATCH = 50_000
SAMPLE = 50_000
"""Rows drawn to begin with."""


@dataclass(frozen=True, eq=False)
class DenseBatches:
    """Fitted ``columns`` over a matrix; ``sample`` are places of rows that show every level.

    ``crossed``: the statistics of levels that rows learn from, each without its own target.
    """

    columns: Any
    matrix: Matrix
    sample: Codes
    crossed: Floats | None

    @classmethod
    def fit(cls, columns: Any, matrix: Matrix, target: Any) -> Self:
        """Fit ``columns``, as ``DenseModel.columns`` makes them straight or bent: the same as in
        one go."""
        sample = _sample(columns, matrix, target)
        columns.fit(matrix[sample], target[sample])
        crossed = None
        for name, part, places in columns.transformers_:
            if name == "numbers":
                _numbers(part, matrix, places)
            elif name == "statistics":
                (_, means), (_, scale) = part.steps
                crossed = scale.fit_transform(means.fit_transform(matrix[:, places], target))
        return cls(columns, matrix, sample, crossed)

    def at(self, rows: Any) -> Floats:
        """Some rows, (n, d)."""
        taken, found = self.matrix[rows], []
        for name, part, places in self.columns.transformers_:
            if name == "statistics" and self.crossed is not None:
                found.append(self.crossed[rows])
            elif part != "drop":
                found.append(part.transform(taken[:, places]))
        return np.column_stack(found).astype(np.float64, copy=False)

    def batches(self) -> Iterator[tuple[int, Floats]]:
        """All rows in order, each batch with the place of its first row."""
        for start in range(0, len(self.matrix), BATCH):
            yield start, self.at(slice(start, start + BATCH))


def _sample(columns: Any, matrix: Matrix, target: Any) -> Codes:
    """Places drawn by chance, with one of every level and of every class, and of each column one
    that is known and one that is missing."""
    drawn = np.random.default_rng(0).choice(len(matrix), min(SAMPLE, len(matrix)), replace=False)
    found = [drawn]
    for name, _, places in columns.transformers:
        for place in places:
            values = matrix[:, place] if name != "numbers" else np.isnan(matrix[:, place])
            found.append(np.unique(values, return_index=True)[1])
    if np.issubdtype(np.asarray(target).dtype, np.integer):
        found.append(np.unique(target, return_index=True)[1])
    return np.unique(np.concatenate(found))


def _numbers(part: Any, matrix: Matrix, places: list[int]) -> None:
    """What a sample taught of numbers put right by all rows."""
    from sklearn.base import clone

    filled, *lines, scale = (step for _, step in part.steps)
    kept = filled.statistics_
    for at, place in enumerate(places):
        values = matrix[:, place]
        if not np.isnan(values).all():
            kept[at] = np.nanmedian(values)
    for line in lines:
        line.fit(_knots(filled, line, matrix, places))
    fresh = clone(scale)
    for start in range(0, len(matrix), BATCH):
        rows = filled.transform(matrix[start : start + BATCH][:, places])
        for line in lines:
            rows = line.transform(rows)
        fresh.partial_fit(rows)
    part.steps[-1] = (part.steps[-1][0], fresh)


def _knots(filled: Any, line: Any, matrix: Matrix, places: list[int]) -> Any:
    """The quantiles of each column: of these the same quantiles are these again."""
    ranks = 100 * np.linspace(0, 1, line.n_knots)
    gaps = filled.indicator_.features_
    columns = []
    for at, place in enumerate(places):
        values = matrix[:, place]
        known = np.where(np.isnan(values), filled.statistics_[at], values).astype(values.dtype)
        columns.append(np.percentile(known, ranks))
    gone = (np.isnan(matrix[:, places[at]]).astype(np.float32) for at in gaps)
    columns += [np.percentile(missing, ranks) for missing in gone]
    return np.column_stack(columns)
