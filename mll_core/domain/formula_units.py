"""Units in formulas: unit(weight, "kg") says one, convert(x, "lb") changes it, amount(x) drops it.

What has a unit is added to, subtracted from and compared with the same unit only. Where the formula
itself says the units, they are held to strictly: a plain number is none, products of two make no
unit. Where a column brings its own, only a clash is refused: it may stand beside plain numbers, and
a product of two has no unit that is known.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic_core import PydanticCustomError

from mll_core.domain.errors import InvalidParameter, nearest
from mll_core.domain.formula import Parsed, parse
from mll_core.domain.units import UNITS, named

_KEEPING = {"abs", "round", "floor", "ceil"}
_ALIKE = {"min", "max", "coalesce", "if_missing"}
_OTHERS = {"unit", "convert", "amount"}


@dataclass(frozen=True)
class Part:
    """What is known of a part: its unit, and whether the formula says so itself.

    ``Part(None, True)`` is a plain number, ``Part(None, False)`` anything.
    """

    unit: str | None
    sure: bool


_PLAIN, _ANY = Part(None, True), Part(None, False)


@dataclass(frozen=True)
class Units:
    """The unit of every part of one formula.

    ``columns``: the units of columns that have one; ``later``: others may get one yet.
    """

    parsed: Parsed
    columns: Mapping[str, str] = field(default_factory=dict)
    later: bool = False

    def of(self, node: ast.expr) -> str | None:
        """The unit of a part; None when it has none. Raises InvalidParameter."""
        return self.part(node).unit

    def part(self, node: ast.expr) -> Part:
        """What is known of a part. Raises InvalidParameter."""
        match node:
            case ast.Name() if node.id not in self.parsed.texts:
                return Part(self.columns.get(self.parsed.column(node)), False)
            case ast.UnaryOp():
                return self.part(node.operand)
            case ast.BinOp():
                return self._binary(node)
            case ast.Compare(left=left, comparators=others):
                flat = [part for node in (left, *others) for part in _listed(node)]
                self._same(flat, "compared")
            case ast.BoolOp():
                for part in node.values:
                    self.part(part)
            case ast.IfExp():
                self.part(node.test)
                return self._same([node.body, node.orelse], "chosen from")
            case ast.Call():
                return self._call(node)
        return _PLAIN

    def asked(self, node: ast.expr) -> str:
        """The unit that a text names. Raises InvalidParameter."""
        text = self.parsed.texts.get(node.id) if isinstance(node, ast.Name) else None
        found = named(text) if text else None
        if found is None:
            hint = nearest(text or "", UNITS) if text else 'Write it as text: unit(weight, "kg").'
            raise self.parsed.refuse(node, "here stands the name of a unit.", hint)
        return found

    def _binary(self, node: ast.BinOp) -> Part:
        if isinstance(node.op, ast.Add | ast.Sub | ast.Mod):
            return self._same([node.left, node.right], "added")
        left, right = self.part(node.left), self.part(node.right)
        if left.unit is None and right.unit is None:
            return _PLAIN if left.sure and right.sure else _ANY
        if isinstance(node.op, ast.Div) and left.unit == right.unit:
            return _PLAIN
        if isinstance(node.op, ast.Mult | ast.Div) and right.unit is None:
            return left if left.sure or right.sure else _ANY
        if isinstance(node.op, ast.Mult) and left.unit is None:
            return right if left.sure or right.sure else _ANY
        if not all(part.sure for part in (left, right) if part.unit):
            return _ANY
        told = [part.unit or "a plain number" for part in (left, right)]
        hint = f"Use the bare number: amount(...). Units known: {', '.join(UNITS)}."
        raise self.parsed.refuse(node, f"{told[0]} and {told[1]} make no unit here.", hint)

    def _call(self, node: ast.Call) -> Part:
        name = getattr(node.func, "id", "")
        if name in ("unit", "convert") and len(node.args) == 2:  # noqa: PLR2004
            own, asked = self.part(node.args[0]), self.asked(node.args[1])
            if name == "unit" and own.unit not in (None, asked):
                hint = f'To change it write convert(..., "{asked}").'
                raise self.parsed.refuse(node, f"this is in {own.unit} already.", hint)
            if name == "convert":
                self._convertible(node, own, asked)
            return Part(asked, True)
        if name in _ALIKE:
            return self._same(list(node.args), "compared")
        parts = [self.part(argument) for argument in node.args]
        if name in _KEEPING:
            return parts[0] if parts else _PLAIN
        held = next((part.unit for part in parts if part.unit and part.sure), None)
        if name not in _OTHERS and held:
            hint = f"Use the bare number: {name}(amount(...))."
            raise self.parsed.refuse(node, f"{name} takes no {held}.", hint)
        return _PLAIN if name == "amount" or all(part.sure for part in parts) else _ANY

    def _convertible(self, node: ast.Call, own: Part, asked: str) -> None:
        if own.unit is None:
            if self.later and not own.sure:
                return
            hint = f'Say which first: convert(unit(x, "cm"), "{asked}").'
            raise self.parsed.refuse(node, "what is converted has no unit.", hint)
        if UNITS[own.unit].measure != UNITS[asked].measure:
            what = (
                f"{own.unit} is a {UNITS[own.unit].measure}, {asked} is a {UNITS[asked].measure}."
            )
            same = [name for name in UNITS if UNITS[name].measure == UNITS[own.unit].measure]
            hint = f"Convert {own.unit} to one of: {', '.join(same)}."
            raise self.parsed.refuse(node, what, hint)

    def _same(self, nodes: list[ast.expr], how: str) -> Part:
        """The one unit of all of them; missing and texts written out tell nothing."""
        parts = [(node, self.part(node)) for node in nodes if not self._silent(node)]
        held: dict[str | None, ast.expr] = {p.unit: n for n, p in reversed(parts) if p.unit}
        sure = any(part.unit and part.sure for _, part in parts)
        if sure and any(part == _PLAIN for _, part in parts):
            held[None] = nodes[0]
        if len(held) > 1:
            raise self._clash(nodes[0], held, how)
        if not held:
            return _PLAIN if all(part.sure for _, part in parts) else _ANY
        return Part(next(iter(held)), sure)

    def _clash(
        self, node: ast.expr, held: Mapping[str | None, ast.expr], how: str
    ) -> InvalidParameter:
        one, other = sorted(held, key=lambda unit: unit or "a plain number")[:2]
        said = " and ".join(unit or "a plain number" for unit in (one, other))
        what = f"{said} cannot be {how}."
        if one is None or other is None:
            hint = f'Give the number a unit: unit(5, "{one or other}").'
        elif UNITS[one].measure == UNITS[other].measure:
            name = self._said(held[other])
            hint = f'Bring both to one unit: convert({name}, "{one}").'
        else:
            told = f"{one} is a {UNITS[one].measure}, {other} is a {UNITS[other].measure}"
            hint = f"{told}: no unit holds both. Use the bare numbers: amount(...)."
        return self.parsed.refuse(node, what, hint)

    def _said(self, node: ast.expr) -> str:
        """A column as the formula writes it; x for anything longer."""
        if not isinstance(node, ast.Name):
            return "x"
        return f"`{self.parsed.names[node.id]}`" if node.id in self.parsed.names else node.id

    def _silent(self, node: ast.expr) -> bool:
        missing = isinstance(node, ast.Name) and node.id in ("missing", *self.parsed.texts)
        return missing or (isinstance(node, ast.Constant) and node.value is None)


def _listed(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple | ast.List) else [node]


def checked(text: str) -> str:
    """``text`` itself when it can be parsed and its units agree; else an error of pydantic's."""
    try:
        parsed = parse(text)
        Units(parsed, later=True).part(parsed.tree)
    except InvalidParameter as error:
        said = {"at": str(error).rstrip("."), "hint": error.hint}
        raise PydanticCustomError("formula", "{at}", said) from error
    return text


def unit_of(text: str, columns: Mapping[str, str] | None = None) -> str | None:
    """The unit of what a formula gives, with the units of columns that have one; None when it has
    none. Raises InvalidParameter."""
    parsed = parse(text)
    return Units(parsed, columns or {}, later=True).of(parsed.tree)


def written_out(text: str, columns: Mapping[str, str]) -> str:
    """The formula with the units of the columns that it converts, so that it stands by itself.

    Raises InvalidParameter when units do not go together.
    """
    parsed = parse(text)
    Units(parsed, columns, later=True).part(parsed.tree)
    found = {}
    for node in ast.walk(parsed.tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "convert" and node.args:
            name = node.args[0]
            if isinstance(name, ast.Name) and parsed.column(name) in columns:
                start = parsed.position(name) - 1
                found[start] = (start + len(name.id), columns[parsed.column(name)])
    for start, (stop, unit) in sorted(found.items(), reverse=True):
        text = f'{text[:start]}unit({text[start:stop]}, "{unit}"){text[stop:]}'
    return text
