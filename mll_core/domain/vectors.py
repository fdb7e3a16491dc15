"""Rows as points: the numbers of some columns, learned from a sample that any order gives."""

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from mll_core.domain import draws, lists
from mll_core.domain.literals import exact
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned

if TYPE_CHECKING:
    import numpy as np

    from mll_core.domain.task import Floats

SAMPLE = 4_000
"""Different rows that are learned from, at most; rows that are alike count as often as they are."""
_NOTHING = 1e-12
_APART = 5
"""Digits after the point, in parts of a column's width, by which two points differ."""


def drawn(values: ir.Table) -> ir.Table:
    """At most SAMPLE different rows of ``values``, and ``n``, how often each is there."""
    return draws.drawn(values, SAMPLE)


def points(table: ir.Table, columns: Sequence[str]) -> ir.Table:
    """The columns as float64 under the names c0, c1, ...; endless numbers are missing."""
    return table.select(**{f"c{n}": _finite(table[name]) for n, name in enumerate(columns)})


class Scale:
    """Where the middle of each column lies and how wide it is, so that columns can be compared."""

    def __init__(self, rows: Learned, width: int, *, centred: bool = True, even: bool = True):
        import numpy as np

        names = [f"c{n}" for n in range(width)]
        raw = [[np.nan if row[name] is None else row[name] for name in names] for row in rows]
        found: Floats = np.array(raw, dtype=float).reshape(len(rows), width)
        self.counts: Floats = np.array([row["n"] for row in rows], dtype=float)
        known = ~np.isnan(found)
        # In parts of the largest number: the squares of very large ones would be endless.
        top = np.abs(np.where(known, found, 0.0)).max(axis=0, initial=0.0)
        top[top == 0] = 1.0
        parts, heads = np.where(known, found / top, 0.0), np.maximum(self.counts @ known, 1.0)
        middle = self.counts @ parts / heads if centred else np.zeros(width)
        apart = np.where(known, parts - middle, 0.0)
        spread = np.sqrt(self.counts @ apart**2 / heads)
        self.centre = middle * top
        self.width = np.where((spread > 0) & even, spread * top, 1.0)
        self.points: Floats = apart * (top / self.width)

    def learned(self, by_column: "Sequence[Sequence[float]] | np.ndarray[Any, Any]") -> Learned:
        """One row per column: ``centre``, ``width`` and the numbers ``by_column`` gives it."""
        return tuple(
            {
                "centre": float(self.centre[n]),
                "width": float(self.width[n]),
                **{f"v{k}": float(value) for k, value in enumerate(values, 1)},
            }
            for n, values in enumerate(by_column)
        )


def scaled(table: ir.Table, columns: Sequence[str], learned: Learned) -> Stage:
    """The table and ``point``, a list: float64, 0, the middle, where a number is missing.

    Lists, because a query of some hundred small expressions takes milliseconds to set up, however
    few the rows.
    """
    places = []
    for name, row in zip(columns, learned, strict=False):
        apart = _finite(table[name]) - exact(float(row["centre"] or 0))
        places.append((apart / exact(float(row["width"] or 1))).fill_null(exact(0.0)))
    return Stage(table).then(point=ibis.array(places))


def numbers(learned: Learned) -> list[list[float]]:
    """What the rows hold under v1, v2, ...: one list for each of these."""
    count = sum(name.startswith("v") for name in learned[0])
    return [[float(row[f"v{n}"] or 0) for row in learned] for n in range(1, count + 1)]


def products(point: Any, by: Sequence[Sequence[float]]) -> Any:
    """A list: of each of ``by`` the sum of its products with the numbers of the list ``point``."""
    return _lists(by).map(lambda one: lists.paired(point, one, operator.mul).sums())


def squared_distances(point: Any, others: Sequence[Sequence[float]]) -> Any:
    """A list: the squared distance between ``point`` and each of the others."""
    return _lists(others).map(lambda one: lists.paired(point, one, _squared).sums())


def _squared(value: Any, other: Any) -> Any:
    return (value - other) * (value - other)


def _lists(numbers: Sequence[Sequence[float]]) -> Any:
    return ibis.array([ibis.array([exact(number) for number in one]) for one in numbers])


def middles(scale: Scale, groups: int, seed: int) -> "Floats":
    """The middles (n_groups, n_columns) of at most so many groups (k-means), the largest first."""
    import numpy as np
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    points = scale.points
    if not len(points) or not np.isfinite(points).all():
        return np.empty((0, points.shape[1]))
    # Points that lie nearer than k-means can tell apart are one: it would find too few groups.
    different, of = np.unique(np.round(points, _APART), axis=0, return_inverse=True)
    of = of.reshape(-1)
    if len(different) > groups:
        means = KMeans(groups, n_init=4, random_state=seed)
        with threadpool_limits(1):  # sums of several threads differ in their last digits
            means.fit(different, sample_weight=np.bincount(of, weights=scale.counts))
        of = means.labels_[of]
    found = [(scale.counts[of == n], points[of == n]) for n in np.unique(of)]
    centres: Floats = np.array([np.average(mine, axis=0, weights=n) for n, mine in found])
    return centres[np.lexsort((*centres.T, [-n.sum() for n, _ in found]))]


def likeness_axes(landmarks: "Floats", axes: int) -> Learned:
    """One row per axis of a map drawn of the likeness between landmarks (Gaussian kernel PCA).

    A place on an axis is ``start`` and, per landmark, its weight times exp(-``reach`` times the
    squared distance to it).
    """
    import numpy as np

    count = len(landmarks)
    apart = ((landmarks[:, None, :] - landmarks[None, :, :]) ** 2).sum(axis=2)
    between = apart[np.triu_indices(count, 1)]
    middle = float(np.median(between)) if len(between) else 0.0
    reach = 1.0 / middle if middle > 0 else 1.0
    alike = np.exp(-reach * apart)
    usual = alike.mean(axis=0) if count else np.zeros(0)
    centred = alike - usual - usual[:, None] + (usual.mean() if count else 0.0)
    values, found = np.linalg.eigh(centred)
    kept: Floats = np.zeros((count, axes))
    for axis, place in enumerate(np.argsort(values)[::-1][:axes]):
        if values[place] > _NOTHING:
            kept[:, axis] = found[:, place] / np.sqrt(values[place])
    kept = upright(kept) if count else kept
    level = kept - kept.mean(axis=0) if count else kept
    starts = (usual.mean() if count else 0.0) * kept.sum(axis=0) - usual @ kept
    return tuple(
        {
            "reach": reach,
            "start": float(starts[axis]),
            **{f"v{n}": float(weight) for n, weight in enumerate(level[:, axis], 1)},
        }
        for axis in range(axes)
    )


def upright(axes: "Floats") -> "Floats":
    """Axes (n_columns, n_axes) turned so that the largest part of each is positive."""
    import numpy as np

    largest = np.abs(axes).argmax(axis=0)
    signs = np.sign(axes[largest, np.arange(axes.shape[1])])
    return axes * np.where(signs == 0, 1.0, signs)


def _finite(column: Any) -> Any:
    values = column.cast("float64")
    return values.nullif(float("inf")).nullif(float("-inf"))
