"""A written rule, answered from the matrix of a model: part of the language of formulas.

Arithmetic, comparisons, ``and or not``, ``in``, ``is missing`` and ``a if b else c`` over columns
that the model sees; no functions. What is true is 1, what is not 0, what is missing NaN.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mll_core.domain.formula import Parsed, parse
from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix

_SUMS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
}
_ORDER: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}


@dataclass(frozen=True, eq=False)
class _Names:
    """A column of codes and what they mean."""

    codes: Floats
    levels: tuple[str, ...]


def answers(
    rule: str, names: Sequence[str], levels: Sequence[tuple[str, ...]], matrix: Matrix
) -> Floats:
    """What ``rule`` says of each row: (n,). Raises ValueError, InvalidParameter."""
    parsed = parse(rule)
    unseen = [name for name in parsed.columns() if name not in names]
    if unseen:
        raise ValueError(f"the rule asks for {unseen[0]!r}, which the model does not see.")
    with np.errstate(all="ignore"):
        found = _Reader(parsed, names, levels, matrix).read(parsed.tree)
    if isinstance(found, _Names | str):
        raise ValueError("the rule names a column or a text, and says nothing of it.")
    return np.broadcast_to(np.asarray(found, np.float64), (len(matrix),)).copy()


class _Reader:
    """Reads one formula on one matrix."""

    def __init__(
        self,
        parsed: Parsed,
        names: Sequence[str],
        levels: Sequence[tuple[str, ...]],
        matrix: Matrix,
    ) -> None:
        self._parsed, self._matrix = parsed, matrix
        self._places = {name: place for place, name in enumerate(names)}
        self._levels = levels

    def read(self, node: ast.expr) -> Any:
        """A number, a text, a column of numbers or of names. Raises ValueError."""
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            raise ValueError("a rule to compare with has no functions; derive a column for it.")
        return reader(node)

    def _constant(self, node: ast.Constant) -> Any:
        return np.nan if node.value is None else float(node.value)  # type: ignore[arg-type]

    def _name(self, node: ast.Name) -> Any:
        if node.id in self._parsed.texts:
            return self._parsed.texts[node.id]
        place = self._places[self._parsed.column(node)]
        column = self._matrix[:, place].astype(np.float64)
        return _Names(column, self._levels[place]) if self._levels[place] else column

    def _number(self, node: ast.expr) -> Any:
        found = self.read(node)
        if isinstance(found, _Names | str):
            raise ValueError("the rule counts with a text.")
        return found

    def _binop(self, node: ast.BinOp) -> Any:
        return _SUMS[type(node.op)](self._number(node.left), self._number(node.right))

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        value = self._number(node.operand)
        if isinstance(node.op, ast.Not):
            return 1 - value
        return -value if isinstance(node.op, ast.USub) else value

    def _boolop(self, node: ast.BoolOp) -> Any:
        all_of = isinstance(node.op, ast.And)
        found, decisive = self._number(node.values[0]), 0.0 if all_of else 1.0
        for more in map(self._number, node.values[1:]):
            settled = (found == decisive) | (more == decisive)
            either = np.minimum(found, more) if all_of else np.maximum(found, more)
            found = np.where(settled, decisive, either)
        return found

    def _ifexp(self, node: ast.IfExp) -> Any:
        yes = self._number(node.test) == 1
        return np.where(yes, self._number(node.body), self._number(node.orelse))

    def _compare(self, node: ast.Compare) -> Any:
        found: Any = 1.0
        left: ast.expr = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            said = self._one(left, op, right)
            settled = (found == 0) | (said == 0)
            found, left = np.where(settled, 0.0, np.minimum(found, said)), right
        return found

    def _one(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Any:
        if isinstance(op, ast.Is | ast.IsNot):
            value = self.read(left)
            gone = np.isnan(value.codes if isinstance(value, _Names) else value)
            return np.where(gone == isinstance(op, ast.Is), 1.0, 0.0)
        if isinstance(op, ast.In | ast.NotIn):
            among = right.elts if isinstance(right, ast.Tuple | ast.List) else [right]
            said = np.max([self._one(left, ast.Eq(), one) for one in among], axis=0)
            return 1 - said if isinstance(op, ast.NotIn) else said
        return _compared(self.read(left), op, self.read(right))


def _compared(one: Any, op: ast.cmpop, other: Any) -> Any:
    if isinstance(one, str) and isinstance(other, _Names):
        one, other = other, one
    if isinstance(one, _Names) and isinstance(other, str):
        code = one.levels.index(other) if other in one.levels else -1
        one, other = one.codes, float(code)
        if not isinstance(op, ast.Eq | ast.NotEq):
            raise ValueError("the rule asks which of two texts is larger.")
    if isinstance(one, _Names | str) or isinstance(other, _Names | str):
        raise ValueError("the rule compares a text with a number.")
    said = _ORDER[type(op)](one, other)
    return np.where(np.isnan(one) | np.isnan(other), np.nan, np.where(said, 1.0, 0.0))
