"""Formulas as Ibis expressions: typed before they run, NULL in NULL out, no error in running."""

import ast
from dataclasses import dataclass, field
from functools import reduce
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from mll_core.domain import provenance
from mll_core.domain.errors import (
    InvalidParameter,
    MllError,
    UnknownColumn,
    WrongColumnKind,
    nearest,
)
from mll_core.domain.formula import Parsed, depth, parse
from mll_core.domain.formula_functions import FUNCTIONS, Function, Kind, finite
from mll_core.domain.formula_units import Units
from mll_core.domain.literals import exact
from mll_core.domain.units import ratio

_COMPARE: dict[type, Any] = {
    ast.Eq: eq,
    ast.NotEq: ne,
    ast.Lt: lt,
    ast.LtE: le,
    ast.Gt: gt,
    ast.GtE: ge,
}
_ARITHMETIC: dict[type, Any] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: lambda a, b: a / b.nullif(0.0),
    ast.Mod: lambda a, b: a % b.nullif(0.0),
    ast.Pow: lambda a, b: finite(a**b),
}
_MOST_DIGITS = 10
_DEEPEST_MIDDLE = 6


@dataclass(frozen=True)
class Typed:
    """An expression and what it is; ``text`` is kept for a text that is written out."""

    kind: Kind
    value: Any
    text: str | None = None


def compile_formula(text: str, table: ir.Table, where: str = "formula") -> ir.Value:
    """The formula over ``table``: float64, string, boolean or timestamp.

    Raises InvalidParameter, UnknownColumn, WrongColumnKind, each with ``where`` and a position.
    """
    try:
        parsed = parse(text)
        made = _Compiler(parsed, table).typed(parsed.tree)
        Units(parsed).of(parsed.tree)
    except MllError as error:
        raise type(error)(f"{where}: {error}", hint=error.hint) from error
    if made.kind is Kind.MISSING:
        message = f"{where}: the formula is always missing."
        raise InvalidParameter(message, hint="Name at least one column.")
    return finite(made.value) if made.kind is Kind.NUMBER else made.value


def compile_condition(text: str, table: ir.Table, where: str = "formula") -> ir.BooleanValue:
    """The same for a formula that must be true or false."""
    value = compile_formula(text, table, where)
    if not value.type().is_boolean():
        message = f"{where}: the formula gives {_kind(value.type()).value}, not true or false."
        raise WrongColumnKind(message, hint="Compare it with something, for example: age >= 18.")
    return value


@dataclass(frozen=True)
class _Compiler:
    """Builds one formula over one table, from the leaves up."""

    parsed: Parsed
    table: ir.Table
    made: dict[int, Typed] = field(default_factory=dict)

    def typed(self, node: ast.expr) -> Typed:
        """The expression that ``node`` stands for, made once."""
        if id(node) not in self.made:
            self.made[id(node)] = self._build(node)
        return self.made[id(node)]

    def _build(self, node: ast.expr) -> Typed:
        build = getattr(self, f"_{type(node).__name__.lower()}", None)
        if build is None:
            raise self.parsed.refuse(node, "a value is expected here.")
        made: Typed = build(node)
        return made

    def _constant(self, node: ast.Constant) -> Typed:
        if node.value is None:
            return Typed(Kind.MISSING, None)
        if isinstance(node.value, bool):
            return Typed(Kind.TRUTH, ibis.literal(node.value))
        try:
            number = float(node.value)  # type: ignore[arg-type]  # parse let numbers through only
        except OverflowError:
            number = float("inf")
        if number == float("inf"):
            raise self.parsed.refuse(node, "the number is too large.")
        return Typed(Kind.NUMBER, exact(number))

    def _name(self, node: ast.Name) -> Typed:
        if node.id in self.parsed.texts:
            text = self.parsed.texts[node.id]
            return Typed(Kind.TEXT, ibis.literal(text, type="string"), text)
        column = self.parsed.column(node)
        if column not in self.table.columns:
            message = f"position {self.parsed.position(node)}: the table has no column {column!r}."
            hint = nearest(column, provenance.shown(self.table)) + " Text stands between quotes."
            raise UnknownColumn(message, hint=hint)
        value = self.table[column]
        kind = _kind(value.type())
        if kind is Kind.OTHER:
            message = f"position {self.parsed.position(node)}: {column!r} holds {value.type()}"
            raise WrongColumnKind(
                f"{message}, which formulas cannot use.", hint="Convert it first."
            )
        return Typed(kind, value.cast("float64") if kind is Kind.NUMBER else value)

    def _unaryop(self, node: ast.UnaryOp) -> Typed:
        if isinstance(node.op, ast.Not):
            return Typed(Kind.TRUTH, ~self._as(node.operand, Kind.TRUTH))
        value = self._as(node.operand, Kind.NUMBER)
        return Typed(Kind.NUMBER, -value if isinstance(node.op, ast.USub) else value)

    def _binop(self, node: ast.BinOp) -> Typed:
        if isinstance(node.op, ast.Add):
            left, right = self.typed(node.left), self.typed(node.right)
            if Kind.TEXT in (left.kind, right.kind):
                both = self._as(node.left, Kind.TEXT), self._as(node.right, Kind.TEXT)
                return Typed(Kind.TEXT, both[0].concat(both[1]))
        left_number, right_number = (
            self._as(node.left, Kind.NUMBER),
            self._as(node.right, Kind.NUMBER),
        )
        return Typed(Kind.NUMBER, _ARITHMETIC[type(node.op)](left_number, right_number))

    def _boolop(self, node: ast.BoolOp) -> Typed:
        parts = [self._as(part, Kind.TRUTH) for part in node.values]
        return Typed(Kind.TRUTH, reduce(and_ if isinstance(node.op, ast.And) else or_, parts))

    def _compare(self, node: ast.Compare) -> Typed:
        lefts = [node.left, *node.comparators]
        for middle in lefts[1:-1]:  # it is written twice into the query
            if depth(middle) > _DEEPEST_MIDDLE:
                hint = "Derive a column for the middle part first."
                raise self.parsed.refuse(middle, "this comparison is too deeply nested.", hint)
        steps = zip(lefts, node.ops, node.comparators, strict=False)
        return Typed(Kind.TRUTH, reduce(and_, (self._compared(*step) for step in steps)))

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> ir.Value:
        if isinstance(op, ast.Is | ast.IsNot):
            word = isinstance(right, ast.Name) and right.id == "missing"
            if not word and not (isinstance(right, ast.Constant) and right.value is None):
                raise self.parsed.refuse(right, "after 'is' stands only: missing, or not missing.")
            value = self._present(left)
            return value.isnull() if isinstance(op, ast.Is) else value.notnull()
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(right, ast.Tuple | ast.List) or not right.elts:
                raise self.parsed.refuse(right, "after 'in' stands a list, such as (1, 2, 3).")
            value, *among = self._alike([left, *right.elts])[1]
            found = value.isin(among)
            return found if isinstance(op, ast.In) else ~found
        _, (a, b) = self._alike([left, right])
        return _COMPARE[type(op)](a, b)

    def _ifexp(self, node: ast.IfExp) -> Typed:
        condition = self._as(node.test, Kind.TRUTH)
        kind, (yes, no) = self._alike([node.body, node.orelse])
        return Typed(kind, condition.ifelse(yes, no))

    def _call(self, node: ast.Call) -> Typed:
        name = getattr(node.func, "id", "")
        function = FUNCTIONS.get(name)
        if function is None:
            column = self.parsed.names.get(name, name)
            hint = nearest(column, FUNCTIONS)
            raise self.parsed.refuse(node, f"there is no function {column!r}.", hint)
        least, given = len(function.takes) - function.optional, len(node.args)
        if given < least or (given > len(function.takes) and not function.more):
            message = f"{name} takes {least} values, not {given}."
            raise self.parsed.refuse(node, message, function.card)
        if function.gives is Kind.SAME:
            kind, values = self._alike(node.args)
            return Typed(kind, function.compute(*values))
        return Typed(function.gives, function.compute(*self._arguments(node, function)))

    def _arguments(self, node: ast.Call, function: Function) -> list[Any]:
        takes = zip(node.args, function.takes, strict=False)
        return [self._argument(node, argument, kind) for argument, kind in takes]

    def _argument(self, node: ast.Call, argument: ast.expr, kind: Kind) -> Any:
        if kind is Kind.UNIT:
            return self._ratio(node, argument)
        return self._digits(argument) if kind is Kind.DIGITS else self._as(argument, kind)

    def _ratio(self, node: ast.Call, asked: ast.expr) -> float:
        """By what the value of unit(...) or convert(...) is multiplied."""
        units = Units(self.parsed)
        return ratio(units.of(node.args[0]) or units.asked(asked), units.of(node) or "")

    def _digits(self, node: ast.expr) -> int:
        sign = -1 if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else 1
        plain = node.operand if isinstance(node, ast.UnaryOp) else node
        value = plain.value if isinstance(plain, ast.Constant) else None
        if type(value) is not int or value > _MOST_DIGITS:
            raise self.parsed.refuse(node, f"here stands {Kind.DIGITS.value}.")
        return sign * value

    def _present(self, node: ast.expr) -> Any:
        typed = self.typed(node)
        if typed.kind is Kind.MISSING:
            raise self.parsed.refuse(node, "a column is expected here, not None.")
        return typed.value

    def _as(self, node: ast.expr, kind: Kind) -> Any:
        """The expression as ``kind``: true counts as 1, a text written out may be a date."""
        typed = self.typed(node)
        if typed.kind is kind:
            return typed.value
        if typed.kind is Kind.MISSING:
            return ibis.null(_TYPES[kind])
        if typed.kind is Kind.TRUTH and kind is Kind.NUMBER:
            return typed.value.cast("float64")
        if kind is Kind.TIME and typed.text is not None:
            return self._date(node, typed.text)
        message = f"{self._said(node)} is {typed.kind.value}, but {kind.value} is needed."
        raise self._mismatch(node, typed, message)

    def _alike(self, nodes: list[ast.expr]) -> tuple[Kind, list[Any]]:
        """All expressions as one kind, that of the first that tells."""
        kinds = [
            typed.kind for node in nodes if (typed := self.typed(node)).kind is not Kind.MISSING
        ]
        if not kinds:
            raise self.parsed.refuse(nodes[0], "all of these are missing.")
        kind = kinds[0]
        if Kind.NUMBER in kinds:
            kind = Kind.NUMBER
        elif Kind.TIME in kinds:
            kind = Kind.TIME
        return kind, [self._as(node, kind) for node in nodes]

    def _date(self, node: ast.expr, text: str) -> ir.Value:
        try:
            from pandas import Timestamp

            return ibis.literal(Timestamp(text).to_pydatetime(), type="timestamp(6)")
        except (ValueError, OverflowError) as error:
            message = f"{text!r} is not a date."
            hint = 'Write a date as "2024-12-31".'
            raise self.parsed.refuse(node, message, hint) from error

    def _said(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name) and node.id not in self.parsed.texts:
            return repr(self.parsed.column(node))
        return "this"

    def _mismatch(self, node: ast.expr, typed: Typed, message: str) -> WrongColumnKind:
        hint = "Compare and compute only what is of one type."
        if typed.kind is Kind.TEXT:
            hint = "Turn text into a number with number(...), or use Parse numbers or dates first."
        return WrongColumnKind(f"position {self.parsed.position(node)}: {message}", hint=hint)


_TYPES = {
    Kind.NUMBER: "float64",
    Kind.TEXT: "string",
    Kind.TRUTH: "boolean",
    Kind.TIME: "timestamp(6)",
}


def _kind(dtype: dt.DataType) -> Kind:
    if dtype.is_boolean():
        return Kind.TRUTH
    if dtype.is_numeric():
        return Kind.NUMBER
    if dtype.is_string():
        return Kind.TEXT
    return Kind.TIME if dtype.is_timestamp() or dtype.is_date() else Kind.OTHER
