"""Decision trees of scikit-learn as lists of numbers, and the walk of a row down to its leaves."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ibis
import numpy as np

from mll_core.domain import lists
from mll_core.domain.draws import LARGEST

Values = Callable[[Any], Sequence[float]]
_NEVER = 10 * LARGEST


def flattened(trees: Sequence[Any], value: Values) -> dict[str, list[Any]]:
    """The trees (``tree_`` of scikit-learn) as complete ones, level by level, all side by side.

    ``column`` and ``cut`` of each node by level, ``leaf``: the ``value`` of each leaf; what lies
    under a leaf that came early is never reached.
    """
    depth = max(int(tree.max_depth) for tree in trees)
    nodes = [(tree, 0) for tree in trees]
    found: dict[str, list[Any]] = {}
    for level in range(depth):
        columns, cuts, below = [], [], []
        for tree, node in nodes:
            inner = tree.children_left[node] >= 0
            columns.append(int(tree.feature[node]) if inner else 0)
            cuts.append(float(tree.threshold[node]) if inner else _NEVER)
            below.append((tree, int(tree.children_left[node]) if inner else node))
            below.append((tree, int(tree.children_right[node]) if inner else node))
        found |= {f"column {level}": columns, f"cut {level}": cuts}
        nodes = below
    values = {id(tree): np.asarray(value(tree), dtype=float) for tree in trees}
    found["leaf"] = [float(values[id(tree)][node]) for tree, node in nodes]
    return found


def walked(found: Mapping[str, list[Any]], columns: Sequence[Any]) -> Any:
    """The sum of the leaves a row comes to, one in each tree.

    ``columns``: numbers without NULL, as the trees were given them; rounded to 32 bits, as
    scikit-learn rounds them.
    """
    depth = sum(name.startswith("cut ") for name in found)
    count = len(found["leaf"]) // 2**depth
    row = [column.cast("float32").cast("float64") for column in columns]
    tables = {"leaf": lists.numbers(found["leaf"]), "row": ibis.array(row)}
    for level in range(depth):
        tables[f"column{level}"] = lists.whole(found[f"column {level}"])
        tables[f"cut{level}"] = lists.numbers(found[f"cut {level}"])
    return lists.named(tables, lambda table: _leaves(table, depth, count))


def _leaves(table: Any, depth: int, count: int) -> Any:
    places = ibis.range(0, count)
    for level in range(depth):
        places = places.map(_step(table, level))
    return places.map(lambda place: lists.at(table["leaf"], place)).sums()


def _step(table: Any, level: int) -> Callable[[Any], Any]:
    def step(place: Any) -> Any:
        value = lists.at(table["row"], lists.at(table[f"column{level}"], place))
        return place * 2 + (value > lists.at(table[f"cut{level}"], place)).cast("int64")

    return step
