"""Models whose answers are sums of trees: what each feature adds, and each two, without sampling.

Boosted trees add up on the scale of log-odds or values, forests and single trees on that of
probabilities or values; of several models a weighted sum adds up where its members do on the scale
it sums.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from mll_core.domain.ensemble import Mix
from mll_core.domain.task import Floats, Form, Task
from mll_core.infra import tree_readers
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.tree_readers import Trees

Scale = Literal["log-odds", "probability", "value"]
MOST_LEAVES = 1_000_000
"""With more, orders of columns are drawn instead."""
_OWN = 500
"""Up to so many rows LightGBM is asked itself; for more its trees are read, which is faster."""


class Exact(ABC):
    """A sum of trees. Outputs: one, of several classes one each."""

    scale: Scale
    leaves: int = 0
    """How many its trees have, each walked for every row; 0: their library is quicker than that."""

    @property
    def walked(self) -> int:
        """How many are walked for every row to tell pairs."""
        return self.leaves

    @abstractmethod
    def given(self, matrix: Matrix) -> Floats:
        """What each feature adds, the base last: (n, outputs, p + 1)."""

    @abstractmethod
    def pairs(self, matrix: Matrix) -> Floats | None:
        """What each two features add beyond each alone, half in each order: (n, outputs, p, p);
        None: not known."""


def of(estimator: Any, task: Task, k: int) -> Exact | None:
    """The estimator as a sum of trees, of ``k`` classes; None: it is none, or one too large."""
    if task.classifies and len(getattr(estimator, "classes_", range(k))) != k:
        return None
    kind = type(estimator).__name__
    if kind == "Blend":
        return _Blended.of(estimator, task, k)
    if kind == "Reweighed":
        return _Reweighed.of(estimator, task, k)
    return _boosted(estimator, task) or _voting(estimator, task)


def why_not(estimator: Any) -> str:
    """Why an ensemble has no exact sum, in words; empty for others."""
    if type(estimator).__name__ != "Blend":
        return ""
    return "; its models do not add up on one scale, so no exact sum is known"


def _boosted(estimator: Any, task: Task) -> Exact | None:
    scale: Scale = "log-odds" if task.classifies else "value"
    if hasattr(estimator, "booster_"):
        return _LightGBM(scale, estimator.booster_)
    if hasattr(estimator, "contributions"):
        return _Library(scale, estimator)
    if type(estimator).__name__.startswith("HistGradientBoosting"):
        return _Grown(scale, tree_readers.of_boosting(estimator))
    return None


def _voting(estimator: Any, task: Task) -> Exact | None:
    """A forest or a single tree, perhaps behind a step that fills gaps."""
    *before, last = [step for _, step in getattr(estimator, "steps", [("", estimator)])]
    if any(type(step).__name__ != "SimpleImputer" for step in before):
        return None  # columns may have moved
    grown = [last] if hasattr(last, "tree_") else list(getattr(last, "estimators_", []))
    if not grown or not all(hasattr(one, "tree_") for one in grown):
        return None
    if sum(int(one.tree_.n_leaves) for one in grown) > MOST_LEAVES:
        return None
    ready = estimator[:-1].transform if before else np.asarray
    trees = tree_readers.of_trees(grown, ready)
    if task.form is Form.TWO:  # of two classes the second
        trees = Trees(trees.grown[1:], trees.base[1:], trees.order, trees.prepare)
    return _Grown("probability" if task.classifies else "value", trees)


@dataclass(frozen=True, eq=False)
class _Grown(Exact):
    """Trees that are read here."""

    scale: Scale
    trees: Trees

    @property
    def leaves(self) -> int:  # type: ignore[override]
        return self.trees.leaves

    def given(self, matrix: Matrix) -> Floats:
        return self.trees.given(matrix)

    def pairs(self, matrix: Matrix) -> Floats:
        return self.trees.pairs(matrix)


@dataclass(frozen=True, eq=False)
class _Library(Exact):
    """XGBoost and CatBoost, asked themselves."""

    scale: Scale
    estimator: Any

    @property
    def leaves(self) -> int:  # type: ignore[override]
        return 0 if self.estimator.quick else self.walked

    @property
    def walked(self) -> int:
        return int(self.estimator.leaves)

    def given(self, matrix: Matrix) -> Floats:
        n, p = matrix.shape
        return np.asarray(self.estimator.contributions(matrix).reshape(n, -1, p + 1))

    def pairs(self, matrix: Matrix) -> Floats | None:
        n, p = matrix.shape
        found = self.estimator.interactions(matrix)
        return None if found is None else _apart(found.reshape(n, -1, p + 1, p + 1))


def _apart(found: Floats) -> Floats:
    """Without the base, the diagonal 0."""
    pairs = np.array(found[:, :, :-1, :-1])
    each = np.arange(pairs.shape[-1])
    pairs[:, :, each, each] = 0.0
    return pairs


@dataclass(frozen=True, eq=False)
class _LightGBM(Exact):
    """LightGBM: few rows by itself, many and pairs from its trees."""

    scale: Scale
    booster: Any

    @cached_property
    def leaves(self) -> int:  # type: ignore[override]
        said = "num_leaves="
        lines = self.booster.model_to_string().splitlines()
        return sum(int(line.removeprefix(said)) for line in lines if line.startswith(said))

    def given(self, matrix: Matrix) -> Floats:
        n, p = matrix.shape
        trees = tree_readers.of_lightgbm(self.booster) if n > _OWN else None
        if trees is not None:
            return trees.given(matrix)
        said = self.booster.predict(matrix, pred_contrib=True)
        return np.asarray(said, np.float64).reshape(n, -1, p + 1)

    def pairs(self, matrix: Matrix) -> Floats | None:
        trees = tree_readers.of_lightgbm(self.booster)
        return None if trees is None else trees.pairs(matrix)


@dataclass(frozen=True, eq=False)
class _Reweighed(Exact):
    """Weights on classes only move the base of log-odds."""

    scale: Scale
    inner: Exact
    shift: Floats

    @classmethod
    def of(cls, estimator: Any, task: Task, k: int) -> Exact | None:
        inner = of(estimator.fitted, task, k)
        if inner is None or inner.scale != "log-odds":
            return None
        return cls(
            inner.scale, inner, _bases(-np.log(np.asarray(estimator.weights, np.float64)), task)
        )

    @property
    def leaves(self) -> int:  # type: ignore[override]
        return self.inner.leaves

    @property
    def walked(self) -> int:
        return self.inner.walked

    def given(self, matrix: Matrix) -> Floats:
        found = self.inner.given(matrix)
        found[:, :, -1] += self.shift
        return found

    def pairs(self, matrix: Matrix) -> Floats | None:
        return self.inner.pairs(matrix)


@dataclass(frozen=True, eq=False)
class _Blended(Exact):
    """A weighted sum of members that all add up on the scale it sums."""

    scale: Scale
    members: Sequence[Exact]
    weights: Sequence[float]
    bias: Floats

    @classmethod
    def of(cls, estimator: Any, task: Task, k: int) -> Exact | None:
        mix = Mix.model_validate(estimator.mix)
        scale: Scale = "value"
        if task.classifies:
            scale = "log-odds" if mix.log else "probability"
        members = [of(member, task, k) for member in estimator.members]
        known = [one for one in members if one is not None and one.scale == scale]
        if len(known) < len(members) or sum(one.leaves for one in known) > MOST_LEAVES:
            return None
        return cls(scale, known, mix.weights, _bases(np.array(mix.bias or (0.0,)), task))

    @property
    def leaves(self) -> int:  # type: ignore[override]
        return sum(one.leaves for one in self.members)

    @property
    def walked(self) -> int:
        return sum(one.walked for one in self.members)

    def given(self, matrix: Matrix) -> Floats:
        found = self._sum([one.given(matrix) for one in self.members])
        found[:, :, -1] += self.bias
        return found

    def pairs(self, matrix: Matrix) -> Floats | None:
        every = [one.pairs(matrix) for one in self.members]
        known = [one for one in every if one is not None]
        return self._sum(known) if len(known) == len(every) else None

    def _sum(self, parts: Sequence[Floats]) -> Floats:
        return np.asarray(sum(w * part for w, part in zip(self.weights, parts, strict=True)))


def _bases(by_class: Floats, task: Task) -> Floats:
    """What is added to the log-odds of each class, as the outputs have it."""
    two = task.form is Form.TWO and len(by_class) == 2  # noqa: PLR2004
    return np.asarray(by_class[1:] - by_class[:1] if two else by_class)
