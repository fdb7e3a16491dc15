"""A decision tree of scikit-learn as a drawing and as rules in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.inside import Condition, Inside, Node, Rule
from mll_core.domain.metric import shown
from mll_core.domain.model import Feature
from mll_core.domain.task import Floats, Form
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import FittedModel

Path = tuple[Condition, ...]


def of(fitted: FittedModel, grown: Any, matrix: Matrix) -> Inside:
    """The nodes from the root down, each before those below it, and a rule per leaf.

    ``matrix``: rows it learned from, to see which columns had gaps.
    """
    classes = getattr(grown, "classes_", None)

    def answer(value: Floats) -> tuple[float, str]:
        return _answer(fitted, classes, value)

    steps = getattr(getattr(fitted.estimator, "regressor_", fitted.estimator), "named_steps", {})
    filled = steps["filled"].statistics_ if "filled" in steps else None
    gaps = np.atleast_1d(np.isnan(matrix).any(axis=0))
    return drawn(grown.tree_, Reading(fitted.encoder.features, gaps, answer, filled))


@dataclass(frozen=True, eq=False)
class Reading:
    """How a tree is read: its features, which of them had gaps, what a node's values say in words,
    and what gaps were filled with, if they were."""

    features: Sequence[Feature]
    gaps: NDArray[np.bool_]
    answer: Callable[[Floats], tuple[float, str]]
    filled: Floats | None = None


def drawn(tree: Any, reading: Reading) -> Inside:
    """The ``tree_`` of a decision tree as nodes and rules."""
    reader = _Reader(tree, reading)
    reader.walk(0, -1, True, ())
    return Inside(nodes=tuple(reader.placed()), rules=tuple(reader.rules))


class _Reader:
    """Walks one tree."""

    def __init__(self, tree: Any, reading: Reading) -> None:
        self._tree, self._reading = tree, reading
        self.nodes: list[Node] = []
        self.rules: list[Rule] = []

    def walk(self, node: int, parent: int, yes: bool, path: Path) -> float:
        """Add what lies under ``node``; its place along the leaves."""
        tree, here = self._tree, len(self.nodes)
        leaf = tree.children_left[node] < 0
        answer, said = self._reading.answer(tree.value[node][0])
        rows = int(tree.n_node_samples[node])
        depth = 0 if parent < 0 else self.nodes[parent].y + 1
        placed = Node(
            parent=parent, yes=yes, x=0, y=depth, answer=answer, said=said, rows=rows, leaf=leaf
        )
        self.nodes.append(placed)
        if leaf:
            self.rules.append(Rule(conditions=path, answer=answer, said=said, rows=rows))
            across = float(len(self.rules) - 1)
        else:
            left, right = self._sides(node)
            below = (
                self.walk(int(tree.children_left[node]), here, True, _joined(path, left)),
                self.walk(int(tree.children_right[node]), here, False, _joined(path, right)),
            )
            across = sum(below) / 2
            placed = placed.model_copy(update={"question": left.words + "?"})
        self.nodes[here] = placed.model_copy(update={"x": across})
        return across

    def placed(self) -> list[Node]:
        """The nodes, the root first."""
        return self.nodes

    def _sides(self, node: int) -> tuple[Condition, Condition]:
        tree = self._tree
        feature, filled = self._reading.features[tree.feature[node]], self._reading.filled
        cut = float(tree.threshold[node])
        gap_left = bool(tree.missing_go_to_left[node])
        gaps = (gap_left, not gap_left)
        if filled is not None:  # a gap is taken for the median, which lies on one side
            below = bool(filled[tree.feature[node]] <= cut)
            gaps = (below, not below)
        told = bool(self._reading.gaps[tree.feature[node]])
        sides: tuple[dict[str, Any], dict[str, Any]] = ({"at_most": cut}, {"above": cut})
        if feature.levels:
            low = tuple(level for code, level in enumerate(feature.levels) if code <= cut)
            sides = ({"levels": low}, {"levels": feature.levels[len(low) :]})
        left, right = (
            Condition(column=feature.name, missing=gap, gaps=told, **side)
            for gap, side in zip(gaps, sides, strict=True)
        )
        return left, right


def _answer(fitted: FittedModel, classes: Any, value: Floats) -> tuple[float, str]:
    if classes is None:
        inverse = getattr(fitted.estimator, "inverse_func", None)
        number = float(inverse(value[0]) if inverse else value[0])
        return number, f"{fitted.target} {shown(number, 'target')}"
    shares = np.zeros(len(fitted.classes))
    shares[np.asarray(classes, np.int64)] = value
    if fitted.calibration is not None:
        shares = fitted.calibration.apply(shares[None])[0]
    code = 1 if fitted.task.form is Form.TWO else int(shares.argmax())
    share = float(shares[code])
    return share, f"{fitted.classes[code]} {shown(share, 'share')}"


def _joined(path: Path, more: Condition) -> Path:
    """The path and one more condition; two on one column become one."""
    if not any(known.column == more.column for known in path):
        return (*path, more)
    return tuple(c.within(more) if c.column == more.column else c for c in path)
