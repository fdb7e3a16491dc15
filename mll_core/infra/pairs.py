"""Pairs of columns that say more together than each alone."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix

BINS = 8
MOST_COLUMNS = 30
"""Columns whose pairs are looked at: those that say most alone."""


def found(
    matrix: Matrix, target: Floats, left: Floats, most: int, allowed: Sequence[Sequence[int]] | None
) -> list[tuple[int, int]]:
    """At most ``most`` pairs of places, the strongest first; none that chance explains.

    ``left`` (n, k) is what single columns leave unexplained of ``target`` (n, k). A pair is as
    strong as the squares that the means of its cells explain, less what so many cells explain by
    chance. ``allowed``: groups of places within which pairs may be. Source: Lou, Caruana, Gehrke &
    Hooker (2013), Accurate Intelligible Models with Pairwise Interactions.
    """
    cells = [_binned(matrix[:, place]) for place in range(matrix.shape[1])]
    alone = [_explained(bins, target) for bins in cells]
    looked = sorted(np.argsort(-np.array(alone), kind="stable")[:MOST_COLUMNS].tolist())
    strengths = {
        pair: _explained(cells[pair[0]] * (BINS + 1) + cells[pair[1]], left)
        for pair in combinations(looked, 2)
        if allowed is None or any(set(pair) <= set(group) for group in allowed)
    }
    ranked = sorted(strengths, key=lambda pair: (-strengths[pair], pair))
    return [pair for pair in ranked[:most] if strengths[pair] > 0]


def _binned(column: NDArray[np.float32]) -> NDArray[np.int64]:
    known = column[~np.isnan(column)]
    if not len(known):
        return np.zeros(len(column), np.int64)
    cuts = np.unique(np.quantile(known, np.arange(1, BINS) / BINS))
    return np.where(np.isnan(column), BINS, np.searchsorted(cuts, column, side="right"))


def _explained(cells: NDArray[np.int64], left: Floats) -> float:
    counts = np.bincount(cells)
    there = counts > 0
    total = 0.0
    for column in (left - left.mean(axis=0)).T:
        sums = np.bincount(cells, weights=column)[there]
        total += float((sums**2 / counts[there]).sum() - column.var() * (there.sum() - 1))
    return total
