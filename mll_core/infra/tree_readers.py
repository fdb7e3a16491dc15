"""Trees of scikit-learn and LightGBM as nodes, with what is done to rows before they see them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.tree_nodes import Grown, Nodes
from mll_core.infra.tree_paths import Paths

_CELLS = 60_000_000
"""Answers of nodes to rows that are held at once."""
_TOGETHER = 50_000
"""Nodes whose paths are held at once."""


@dataclass(frozen=True, eq=False)
class Trees:
    """Sums of trees, one for each output, each beginning at its ``base``.

    ``order``: which feature each column of what the trees are given comes from.
    """

    grown: tuple[tuple[Grown, ...], ...]
    base: tuple[float, ...]
    order: NDArray[np.int64]
    prepare: Callable[[Matrix], NDArray[Any]]

    @property
    def leaves(self) -> int:
        """How many in all."""
        return sum((len(tree["left"]) + 1) // 2 for trees in self.grown for tree in trees)

    def given(self, matrix: Matrix) -> Floats:
        """What each feature adds to each output, the base last: (n, outputs, p + 1)."""
        p, back = len(self.order), np.argsort(self.order)
        found = np.zeros((len(matrix), len(self.grown), p + 1))
        found[:, :, p] = self.base
        for output, nodes in self._groups():
            paths = Paths.of(nodes)
            found[:, output, p] += paths.usual
            for part, rows in self._rows(matrix, nodes):
                found[part, output, :p] += paths.values(nodes.goes_left(rows), p)[:, back]
        return found

    def pairs(self, matrix: Matrix) -> Floats:
        """What each two features add, half in each order: (n, outputs, p, p); diagonal 0."""
        p, back = len(self.order), np.argsort(self.order)
        found = np.zeros((len(matrix), len(self.grown), p, p))
        for output, nodes in self._groups():
            paths = Paths.of(nodes)
            for part, rows in self._rows(matrix, nodes):
                both = paths.pairs(nodes.goes_left(rows), p)
                found[part, output] += both[:, back][:, :, back]
        return found

    def _groups(self) -> Iterator[tuple[int, Nodes]]:
        """Some trees of an output at a time."""
        for output, trees in enumerate(self.grown):
            sizes = np.cumsum([len(tree["left"]) for tree in trees])
            for group in np.unique(sizes // _TOGETHER):
                at = np.flatnonzero(sizes // _TOGETHER == group)
                yield output, Nodes.joined([trees[place] for place in at])

    def _rows(self, matrix: Matrix, nodes: Nodes) -> Iterator[tuple[slice, NDArray[Any]]]:
        step = max(1, _CELLS // len(nodes.left))
        for start in range(0, len(matrix), step):
            part = slice(start, start + step)
            yield part, self.prepare(matrix[part])


def of_boosting(booster: Any) -> Trees:
    """scikit-learn's histogram boosting: log-odds, or values where nothing is done to the sum."""
    coded = booster.is_categorical_
    p = booster.n_features_in_
    order = np.arange(p)
    if coded is not None:
        order = np.concatenate([np.flatnonzero(coded), np.flatnonzero(~coded)])
    outputs = booster.n_trees_per_iteration_
    trees = [[_grown(one[output]) for one in booster._predictors] for output in range(outputs)]
    base = np.broadcast_to(np.ravel(booster._baseline_prediction), (outputs,))
    ready = booster._preprocessor
    return Trees(
        tuple(map(tuple, trees)),
        tuple(map(float, base)),
        order,
        ready.transform if ready is not None else np.asarray,
    )


def _grown(predictor: Any) -> Grown:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    bits = np.unpackbits(
        predictor.raw_left_cat_bitsets.view(np.uint8), axis=1, bitorder="little"
    ).astype(bool)
    return {
        "left": np.where(leaf, -1, nodes["left"].astype(np.int64)),
        "right": np.where(leaf, -1, nodes["right"].astype(np.int64)),
        "feature": nodes["feature_idx"],
        "cut": nodes["num_threshold"],
        "gaps_left": nodes["missing_go_to_left"].astype(bool),
        "value": nodes["value"],
        "cover": nodes["count"],
        "levels": {
            int(node): bits[nodes["bitset_idx"][node]]
            for node in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~leaf)
        },
    }


def of_trees(grown: list[Any], prepare: Callable[[Matrix], NDArray[Any]] = np.asarray) -> Trees:
    """Decision trees of scikit-learn whose answers are averaged: values, or shares of classes."""
    outputs = grown[0].tree_.value.shape[2]
    p = grown[0].n_features_in_
    trees = [[_drawn(one.tree_, output, len(grown)) for one in grown] for output in range(outputs)]
    return Trees(tuple(map(tuple, trees)), (0.0,) * outputs, np.arange(p), prepare)


def _drawn(tree: Any, output: int, count: int) -> Grown:
    return {
        "left": tree.children_left.astype(np.int64),
        "right": tree.children_right.astype(np.int64),
        "feature": tree.feature,
        "cut": tree.threshold,
        "gaps_left": tree.missing_go_to_left.astype(bool),
        "value": tree.value[:, 0, output] / count,
        "cover": tree.weighted_n_node_samples,
        "levels": {},
    }


def of_lightgbm(booster: Any) -> Trees | None:
    """LightGBM's trees; None where a gap means 0 to them."""
    dump = booster.dump_model()
    outputs = int(dump["num_tree_per_iteration"])
    p = int(dump["max_feature_idx"]) + 1
    read = [_dumped(tree["tree_structure"]) for tree in dump["tree_info"]]
    if any(tree is None for tree in read):
        return None
    trees = [[tree for tree in read[output::outputs] if tree] for output in range(outputs)]
    return Trees(tuple(map(tuple, trees)), (0.0,) * outputs, np.arange(p), np.asarray)


def _dumped(root: Mapping[str, Any]) -> Grown | None:
    names = ("left", "right", "feature", "cut", "gaps_left", "value", "cover")
    found: dict[str, Any] = {name: [] for name in names} | {"levels": {}}
    line = [(root, -1, "")]
    for node, above, side in line:
        here = len(found["left"])
        if above >= 0:
            found[side][above] = here
        inner = "split_feature" in node
        if inner and node["missing_type"] == "Zero":
            return None
        coded = inner and node["decision_type"] == "=="
        if coded:
            levels = [int(level) for level in str(node["threshold"]).split("||")]
            found["levels"][here] = np.isin(np.arange(max(levels) + 1), levels)
        cut = float(node["threshold"]) if inner and not coded else 0.0
        by_gap = inner and not coded and node["missing_type"] == "NaN"
        gaps_left = bool(node["default_left"]) if by_gap else inner and not coded and cut >= 0
        row = (-1, -1, node.get("split_feature", -1), cut, gaps_left,
               node.get("leaf_value", 0.0),
               node.get("internal_count", node.get("leaf_count", 1)))  # fmt: skip
        for name, value in zip(names, row, strict=True):
            found[name].append(value)
        if inner:
            line.append((node["left_child"], here, "left"))
            line.append((node["right_child"], here, "right"))
    return {name: np.asarray(v) if name != "levels" else v for name, v in found.items()}
