"""How the values of a column lie before and after a step."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

SHAPES, BINS, LEVELS = 3, 20, 8
"""Columns whose distribution is shown, and into how many parts it is cut."""


@dataclass(frozen=True, eq=False)
class Shape:
    """How the values of one column lie before and after: counts per label; None where there is
    no such column."""

    column: str
    labels: tuple[str, ...]
    before: tuple[int, ...] | None
    after: tuple[int, ...]


def shapes(before: pd.DataFrame, after: pd.DataFrame, changed: dict[str, int]) -> tuple[Shape, ...]:
    """Of the columns that ``changed`` most: at most three, the most first."""
    most = sorted((name for name in changed if changed[name]), key=changed.__getitem__)[::-1]
    return tuple(
        _shape(name, before.get(name), after[name]) for name in most[:SHAPES] if name in after
    )


def _shape(name: str, before: pd.Series | None, after: pd.Series) -> Shape:
    number = pd.api.types.is_numeric_dtype
    if number(after) and (before is None or number(before)):
        return _bins(name, before, after)
    old = None if before is None else before.dropna().astype("str").value_counts()
    new = after.dropna().astype("str").value_counts()
    both = new if old is None else new.add(old, fill_value=0)
    labels = tuple(both.sort_values(ascending=False, kind="stable").index[:LEVELS])
    return Shape(
        column=name,
        labels=labels,
        before=None if old is None else tuple(int(old.get(label, 0)) for label in labels),
        after=tuple(int(new.get(label, 0)) for label in labels),
    )


def _bins(name: str, before: pd.Series | None, after: pd.Series) -> Shape:
    parts = [part.astype(float).to_numpy() for part in (before, after) if part is not None]
    known = [part[np.isfinite(part)] for part in parts]
    every = np.concatenate(known)
    if not len(every):
        return Shape(name, (), None if before is None else (), ())
    edges = np.histogram_bin_edges(every, bins=BINS)
    counts = [tuple(int(n) for n in np.histogram(part, edges)[0]) for part in known]
    labels = tuple(f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges))
    return Shape(name, labels, None if before is None else counts[0], counts[-1])
