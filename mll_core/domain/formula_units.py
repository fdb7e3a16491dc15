"""Units in formulas: unit(weight, "kg") says one, convert(x, "lb") changes it, amount(x) drops it.

Units follow from the text alone. What has one is added to, subtracted from and compared with the
same unit only, multiplied and divided by plain numbers; two of the same unit divide to a number.
"""

import ast
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from mll_core.domain.errors import InvalidParameter, nearest
from mll_core.domain.formula import Parsed, parse
from mll_core.domain.units import UNITS, named

_KEEPING = {"abs", "round", "floor", "ceil"}
_ALIKE = {"min", "max", "coalesce", "if_missing"}
_OTHERS = {"unit", "convert", "amount"}


@dataclass(frozen=True)
class Units:
    """The unit of every part of one formula."""

    parsed: Parsed

    def of(self, node: ast.expr) -> str | None:
        """The unit of a part; None when it has none. Raises InvalidParameter."""
        match node:
            case ast.UnaryOp():
                return self.of(node.operand)
            case ast.BinOp():
                return self._binary(node)
            case ast.Compare(left=left, comparators=others):
                flat = [part for node in (left, *others) for part in _listed(node)]
                self._same(flat, "compared")
            case ast.BoolOp():
                for part in node.values:
                    self.of(part)
            case ast.IfExp():
                self.of(node.test)
                return self._same([node.body, node.orelse], "chosen from")
            case ast.Call():
                return self._call(node)
        return None

    def asked(self, node: ast.expr) -> str:
        """The unit that a text names. Raises InvalidParameter."""
        text = self.parsed.texts.get(node.id) if isinstance(node, ast.Name) else None
        found = named(text) if text else None
        if found is None:
            hint = nearest(text or "", UNITS) if text else 'Write it as text: unit(weight, "kg").'
            raise self.parsed.refuse(node, "here stands the name of a unit.", hint)
        return found

    def _binary(self, node: ast.BinOp) -> str | None:
        if isinstance(node.op, ast.Add | ast.Sub | ast.Mod):
            return self._same([node.left, node.right], "added")
        left, right = self.of(node.left), self.of(node.right)
        if isinstance(node.op, ast.Div):
            if right is None:
                return left
            if left == right:
                return None
        elif isinstance(node.op, ast.Mult):
            if left is None or right is None:
                return left or right
        elif left is None and right is None:
            return None
        told = [unit or "a plain number" for unit in (left, right)]
        hint = f"Use the bare number: amount(...). Units known: {', '.join(UNITS)}."
        raise self.parsed.refuse(node, f"{told[0]} and {told[1]} make no unit here.", hint)

    def _call(self, node: ast.Call) -> str | None:
        name = getattr(node.func, "id", "")
        if name in ("unit", "convert") and len(node.args) == 2:  # noqa: PLR2004
            own, asked = self.of(node.args[0]), self.asked(node.args[1])
            if name == "unit" and own not in (None, asked):
                hint = f'To change it write convert(..., "{asked}").'
                raise self.parsed.refuse(node, f"this is in {own} already.", hint)
            if name == "convert":
                self._convertible(node, own, asked)
            return asked
        if name in _ALIKE:
            return self._same(list(node.args), "compared")
        units = [self.of(argument) for argument in node.args]
        if name in _KEEPING:
            return units[0] if units else None
        if name not in _OTHERS and any(units):
            hint = f"Use the bare number: {name}(amount(...))."
            raise self.parsed.refuse(node, f"{name} takes no {next(filter(None, units))}.", hint)
        return None

    def _convertible(self, node: ast.Call, own: str | None, asked: str) -> None:
        if own is None:
            hint = f'Say which first: convert(unit(x, "cm"), "{asked}").'
            raise self.parsed.refuse(node, "what is converted has no unit.", hint)
        if UNITS[own].measure != UNITS[asked].measure:
            what = f"{own} is a {UNITS[own].measure}, {asked} is a {UNITS[asked].measure}."
            same = [name for name in UNITS if UNITS[name].measure == UNITS[own].measure]
            raise self.parsed.refuse(node, what, f"Convert {own} to one of: {', '.join(same)}.")

    def _same(self, nodes: list[ast.expr], how: str) -> str | None:
        """The one unit of all of them; None and texts written out tell nothing."""
        units = [(node, self.of(node)) for node in nodes if not self._silent(node)]
        found = {unit for _, unit in units}
        if len(found) > 1:
            one, other = sorted({unit or "a plain number" for unit in found})[:2]
            hint = (
                'Bring both to one unit: convert(x, "cm"), or give the number one: unit(5, "cm").'
            )
            what = f"{one} and {other} cannot be {how}."
            raise self.parsed.refuse(nodes[0], what, hint)
        return next(iter(found), None)

    def _silent(self, node: ast.expr) -> bool:
        missing = isinstance(node, ast.Name) and node.id in ("missing", *self.parsed.texts)
        return missing or (isinstance(node, ast.Constant) and node.value is None)


def _listed(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple | ast.List) else [node]


def checked(text: str) -> str:
    """``text`` itself when it can be parsed and its units agree; else an error of pydantic's."""
    try:
        unit_of(text)
    except InvalidParameter as error:
        raise PydanticCustomError("formula", "{at}", {"at": str(error).rstrip(".")}) from error
    return text


def unit_of(text: str) -> str | None:
    """The unit of what a formula gives; None when it has none. Raises InvalidParameter."""
    parsed = parse(text)
    return Units(parsed).of(parsed.tree)
