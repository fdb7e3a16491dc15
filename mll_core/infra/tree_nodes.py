"""The nodes of trees as lists of numbers, whichever library grew them."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Floats

Whole = NDArray[np.int64]
Grown = dict[str, Any]
"""One tree: the fields of ``Nodes`` without ``roots``."""
_CELLS = 4_000_000
"""Numbers worked on at once."""


@dataclass(frozen=True, eq=False)
class Nodes:
    """All nodes of several trees, side by side; a leaf has no ``left``: -1.

    A row goes left where its value is at most ``cut``, or where its code is among ``levels`` of the
    node; a gap, and a code that is not in the table at all, goes left where ``gaps_left`` says so.
    """

    left: Whole
    right: Whole
    feature: Whole
    cut: Floats
    gaps_left: NDArray[np.bool_]
    value: Floats
    cover: Floats
    roots: Whole
    levels: dict[int, NDArray[np.bool_]]

    @classmethod
    def joined(cls, trees: list[Grown]) -> Self:
        """Of single trees; the first node of each is its root."""
        sizes = np.array([len(tree["left"]) for tree in trees])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        moved: dict[str, Any] = {
            side: np.concatenate(
                [
                    np.where(tree[side] < 0, -1, tree[side] + start)
                    for tree, start in zip(trees, starts, strict=True)
                ]
            ).astype(np.int64)
            for side in ("left", "right")
        }
        plain: dict[str, Any] = {
            name: np.concatenate([np.asarray(tree[name], kind) for tree in trees])
            for name, kind in (
                ("feature", np.int64), ("cut", np.float64), ("gaps_left", np.bool_),
                ("value", np.float64), ("cover", np.float64),
            )
        }  # fmt: skip
        levels = {
            int(start) + node: table
            for tree, start in zip(trees, starts, strict=True)
            for node, table in tree["levels"].items()
        }
        return cls(**moved, **plain, roots=starts, levels=levels)

    def goes_left(self, matrix: NDArray[Any]) -> NDArray[np.bool_]:
        """Which way each row of (n, p) goes at each node: (nodes, n)."""
        columns = np.ascontiguousarray(np.asarray(matrix, np.float64).T)
        found = np.zeros((len(self.left), len(matrix)), np.bool_)
        inner = np.flatnonzero(self.left >= 0)
        plain = inner[[node not in self.levels for node in inner.tolist()]]
        step = max(1, _CELLS // max(1, len(matrix)))
        for start in range(0, len(plain), step):
            nodes = plain[start : start + step]
            values = columns[self.feature[nodes]]
            lost = np.isnan(values) & self.gaps_left[nodes][:, None]
            found[nodes] = (values <= self.cut[nodes][:, None]) | lost
        for node, table in self.levels.items():
            codes = np.nan_to_num(columns[self.feature[node]], nan=-1).astype(np.int64)
            lost = (codes < 0) | (codes >= len(table))
            found[node] = np.where(lost, self.gaps_left[node], table[np.where(lost, 0, codes)])
        return found
