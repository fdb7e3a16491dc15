"""Development rows that are too many to hold: they stay on the disk and come in batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mll_core.domain.task import Codes, Floats
from mll_core.infra import warehouse

BATCH = 250_000
"""Rows that are prepared at a time."""
RARE = 20
"""Rows of each class that a part of the rows has at the least, if there are so many."""


@dataclass(frozen=True, eq=False)
class Whole:
    """All rows of a file whose ``target`` is known.

    ``known`` (rows of the file,) says which these are, ``truth`` (n,) their targets, ``learned``
    (n,) which of them the first fold learns from.
    """

    file: Path
    target: str
    known: NDArray[np.bool_]
    truth: Codes | Floats
    learned: NDArray[np.bool_]

    def batches(self, wanted: NDArray[np.bool_]) -> Iterator[pa.Table]:
        """The ``wanted`` (n,) rows in their order, without the target."""
        of_file = np.zeros(len(self.known), np.bool_)
        of_file[self.known] = wanted
        start = 0
        for batch in warehouse.batches(f"FROM {warehouse.ROWS}", self.file, BATCH):
            here = of_file[start : start + len(batch)]
            start += len(batch)
            if here.any():
                yield batch.drop_columns([self.target]).filter(pa.array(here))

    def drawn(self, count: int) -> NDArray[np.bool_]:
        """Which (n,) to take when it is to be ``count``: see ``drawn``."""
        wanted = np.zeros(len(self.truth), np.bool_)
        wanted[drawn(self.truth, count)] = True
        return wanted


def drawn(truth: Codes | Floats, count: int) -> Codes:
    """Places of ``count`` rows in their order, evenly from low to high answers, by chance among
    equals; of a rare class ``RARE`` rows or all. The same ones each time."""
    if count >= len(truth):
        return np.arange(len(truth))
    chance = np.random.default_rng((count, 5)).random(len(truth))
    low_to_high = np.lexsort((chance, truth))
    places = np.linspace(0, len(truth) - 1, count).astype(np.int64)
    if np.issubdtype(truth.dtype, np.integer):
        places = _with_rare(truth[low_to_high].astype(np.int64), places)
    return np.sort(low_to_high[places])


def _with_rare(codes: Codes, places: Codes) -> Codes:
    """``places`` among sorted ``codes`` with rows of rare classes in place of those of common
    ones; with more rows only where there are too many classes."""
    _, first, sizes = np.unique(codes, return_index=True, return_counts=True)
    ends = np.cumsum(sizes)
    taken = np.searchsorted(places, ends) - np.searchsorted(places, first)
    short = [
        np.arange(a, a + min(RARE, n))
        for a, n, k in zip(first, sizes, taken, strict=True)
        if k < min(RARE, n)
    ]
    if not short:
        return places
    rare = np.concatenate(short)
    plenty = np.repeat(taken > 2 * RARE, taken)
    given = np.flatnonzero(plenty)
    gone = min(len(np.setdiff1d(rare, places)), len(given))
    kept = np.delete(places, given[np.linspace(0, len(given) - 1, gone).astype(np.int64)])
    return np.union1d(kept, rare)
