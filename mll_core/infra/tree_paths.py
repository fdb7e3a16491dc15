"""Exact SHAP values of trees, by the paths to their leaves.

A leaf adds its value times, for each feature on its path, 1 or 0 where the row's value is known
(the row goes that way, or not) and the share of learned rows that went that way where it is not.
Of such products Shapley values are integrals of polynomials, which Gauss and Legendre's points
give without error.

Source: Lundberg et al. (2020), From local explanations to global understanding with explainable AI
for trees (tree-path-dependent values and interactions); Owen (1972), Multilinear extensions of
games (the integral).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Floats
from mll_core.infra.tree_nodes import Nodes, Whole

_CELLS = 4_000_000
"""Numbers worked on at once."""
_WIDEST = 12
"""Up to so many features on a path, all ways a row can fit it are worked out once."""


@dataclass(frozen=True, eq=False)
class Paths:
    """Every leaf with its path: d features with the share of rows that went its way, and the turns.

    ``features`` (leaves, d), -1 where there are fewer; ``shares`` (leaves, d), 1 there; ``nodes``,
    ``goes`` and ``slots`` (leaves, length): at which node, whether left, by which of the features;
    nodes -1 beyond its end. ``value`` (leaves,).
    """

    features: Whole
    shares: Floats
    nodes: Whole
    goes: NDArray[np.bool_]
    slots: Whole
    value: Floats

    @classmethod
    def of(cls, nodes: Nodes) -> Self:
        """All trees at once, level by level."""
        here, found = _Front.start(nodes), []
        while len(here.at):
            ends = nodes.left[here.at] < 0
            found.append(here.take(ends))
            here = here.take(~ends).below(nodes)
        leaves = _Front.together(found)
        used = max(1, int((leaves.features >= 0).sum(axis=1).max(initial=0)))
        return cls(
            leaves.features[:, :used], leaves.shares[:, :used], leaves.nodes, leaves.goes,
            leaves.slots, nodes.value[leaves.at],
        )  # fmt: skip

    @property
    def usual(self) -> float:
        """What is said on average of the learned rows."""
        return float((self.value * self.shares.prod(axis=1)).sum())

    def values(self, left: NDArray[np.bool_], p: int) -> Floats:
        """What each of ``p`` features adds, for rows that go ``left`` at each node: (n, p)."""
        found = np.zeros((p, left.shape[1]))
        for leaves, depth in self._chunks(left.shape[1]):
            found += _spread(self.features[leaves, :depth], p, self._parts(leaves, depth, left))
        return found.T

    def pairs(self, left: NDArray[np.bool_], p: int) -> Floats:
        """What each two features add beyond each alone, half of it in each order: (n, p, p).

        The diagonal is 0.
        """
        n = left.shape[1]
        found = np.zeros((p * p, n))
        for leaves, depth in self._chunks(n, squared=True):
            known = self._known(leaves, depth, left)
            parts = _pairs(known, self.shares[leaves, :depth], self.value[leaves])
            one = self.features[leaves, :depth]
            found += _spread(one[:, :, None] * p + one[:, None, :], p * p, parts)
        both = found.T.reshape(n, p, p)
        both[:, np.arange(p), np.arange(p)] = 0.0
        return both

    @cached_property
    def depths(self) -> Whole:
        """How many features are on each path, (leaves,)."""
        return np.asarray((self.features >= 0).sum(axis=1))

    def _chunks(self, n: int, *, squared: bool = False) -> Iterator[tuple[Whole, int]]:
        """Leaves with as many features, so many that their work fits; those without add nothing."""
        for depth in np.unique(self.depths[self.depths > 0]).tolist():
            leaves = np.flatnonzero(self.depths == depth)
            each = max(n, 1) * depth * (depth if squared else 1)
            many = max(1, _CELLS // max(each, depth * self._ways(depth, n)))
            for start in range(0, len(leaves), many):
                yield leaves[start : start + many], depth

    @staticmethod
    def _ways(depth: int, n: int) -> int:
        """In how many ways a row can fit a path, where those are fewer than the rows; else 0."""
        return 2**depth if depth <= _WIDEST and 2**depth < n else 0

    def _parts(self, leaves: Whole, depth: int, left: NDArray[np.bool_]) -> Floats:
        """What each feature of each path adds: (leaves, d, n)."""
        shares, value = self.shares[leaves, :depth], self.value[leaves]
        ways = self._ways(depth, left.shape[1])
        if not ways:
            return _parts(self._known(leaves, depth, left), shares, value)
        bits = (np.arange(ways)[None, :] >> np.arange(depth)[:, None]) & 1
        known = np.broadcast_to(1.0 - bits, (len(leaves), depth, ways))
        table = _parts(known, shares, value)
        strays = self._strays(leaves, left)
        return np.take_along_axis(table, np.repeat(strays[:, None, :], depth, axis=1), axis=2)

    def _strays(self, leaves: Whole, left: NDArray[np.bool_]) -> Whole:
        """Bit k: the row does not go as the k-th feature of the path asks: (leaves, n)."""
        found = np.zeros((len(leaves), left.shape[1]), np.int64)
        for there, slots, strayed in self._steps(leaves, left):
            found[there] |= strayed.astype(np.int64) << slots[:, None]
        return found

    def _known(self, leaves: Whole, depth: int, left: NDArray[np.bool_]) -> Floats:
        """1 where the row goes the path's way by that feature, else 0: (leaves, d, n)."""
        found = np.ones((len(leaves), depth, left.shape[1]))
        for there, slots, strayed in self._steps(leaves, left):
            found[there, slots] *= ~strayed
        return found

    def _steps(
        self, leaves: Whole, left: NDArray[np.bool_]
    ) -> Iterator[tuple[Whole, Whole, NDArray[np.bool_]]]:
        """Turn by turn: whose path has one more, by which feature, which rows do not take it."""
        for step in range(self.nodes.shape[1]):
            there = np.flatnonzero(self.nodes[leaves, step] >= 0)
            at = leaves[there]
            yield (
                there,
                self.slots[at, step],
                left[self.nodes[at, step]] != self.goes[at, step, None],
            )


def _spread(places: Whole, width: int, parts: Floats) -> Floats:
    """The sums of all parts that belong to each of ``width`` places: (width, n)."""
    from scipy import sparse

    rows = places.ravel()
    sums = sparse.csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), (width, len(rows)))
    return np.asarray(sums @ parts.reshape(len(rows), -1))


def _points(depth: int) -> tuple[Floats, Floats]:
    """Points and weights on 0 to 1 that integrate polynomials of degree ``depth`` - 1."""
    at, weights = np.polynomial.legendre.leggauss(depth // 2 + 1)
    return (at + 1) / 2, weights / 2


def _parts(known: Floats, shares: Floats, value: Floats) -> Floats:
    """The Shapley values of products, (leaves, d, n)."""
    gain = known - shares[:, :, None]
    total = np.zeros_like(known)
    for at, weight in zip(*_points(known.shape[1]), strict=True):
        factors = shares[:, :, None] + at * gain
        total += weight * factors.prod(axis=1, keepdims=True) / factors
    return np.asarray(gain * total * value[:, None, None])


def _pairs(known: Floats, shares: Floats, value: Floats) -> Floats:
    """Their interactions, half in each order, (leaves, d, d, n); the diagonal means nothing."""
    gain = known - shares[:, :, None]
    d = known.shape[1]
    total = np.zeros((len(known), d, d, known.shape[2]))
    for at, weight in zip(*_points(d), strict=True):
        factors = shares[:, :, None] + at * gain
        over = 1 / factors
        whole = weight * factors.prod(axis=1)[:, None, :] * over
        total += whole[:, :, None, :] * over[:, None, :, :]
    return np.asarray(total * gain[:, :, None] * gain[:, None] * (value / 2)[:, None, None, None])


@dataclass(frozen=True, eq=False)
class _Front:
    """Paths so far: at which node each stands, and how it came there."""

    at: Whole
    features: Whole
    shares: Floats
    nodes: Whole
    goes: NDArray[np.bool_]
    slots: Whole

    @classmethod
    def start(cls, nodes: Nodes) -> Self:
        """At the roots."""
        none = np.zeros((len(nodes.roots), 0), np.int64)
        return cls(nodes.roots, none, none.astype(np.float64), none, none.astype(np.bool_), none)

    def take(self, which: NDArray[np.bool_]) -> "_Front":
        """Some of them."""
        return _Front(*(part[which] for part in self._parts))

    def below(self, nodes: Nodes) -> "_Front":
        """Each goes on left and right."""
        return _Front.together([self._gone(nodes, left=True), self._gone(nodes, left=False)])

    def _gone(self, nodes: Nodes, *, left: bool) -> "_Front":
        child = (nodes.left if left else nodes.right)[self.at]
        share = nodes.cover[child] / nodes.cover[self.at]
        feature = nodes.feature[self.at]
        wide = (*self.at.shape, 1)
        features = np.concatenate([self.features, np.full(wide, -1)], axis=1)
        shares = np.concatenate([self.shares, np.ones(wide)], axis=1)
        # The place of the feature on the path, or the first that is free.
        slot = ((features == feature[:, None]) | (features < 0)).argmax(axis=1)
        each = np.arange(len(self.at))
        features[each, slot] = feature
        shares[each, slot] *= share
        return _Front(
            child, features, shares,
            np.concatenate([self.nodes, self.at[:, None]], axis=1),
            np.concatenate([self.goes, np.full(wide, left)], axis=1),
            np.concatenate([self.slots, slot[:, None]], axis=1),
        )  # fmt: skip

    @classmethod
    def together(cls, parts: "list[_Front]") -> "_Front":
        """All of them, each as wide as the widest."""
        wide = max(part.nodes.shape[1] for part in parts)
        fillers = (-1, 1.0, -1, False, 0)

        def widened(part: NDArray[Any], filler: Any) -> NDArray[Any]:
            more = np.full((len(part), wide - part.shape[1]), filler, part.dtype)
            return np.concatenate([part, more], axis=1)

        at = np.concatenate([part.at for part in parts])
        rest = [
            np.concatenate([widened(part._parts[place], filler) for part in parts])
            for place, filler in enumerate(fillers, 1)
        ]
        return _Front(at, *rest)

    @property
    def _parts(self) -> "tuple[NDArray[Any], ...]":
        return (self.at, self.features, self.shares, self.nodes, self.goes, self.slots)
