"""Conditions picked from menus, written as the formula a person could have typed."""

import keyword
from collections.abc import Mapping

import ibis.expr.datatypes as dt

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.formula import parse, quoted
from mll_core.domain.literals import read_value

CONDITIONS: Mapping[str, str] = {
    "is": "{column} == {value}",
    "is not": "{column} != {value}",
    "is at least": "{column} >= {value}",
    "is at most": "{column} <= {value}",
    "is more than": "{column} > {value}",
    "is less than": "{column} < {value}",
    "is one of": "{column} in ({values})",
    "is none of": "{column} not in ({values})",
    "contains": "contains({column}, {value})",
    "starts with": "starts_with({column}, {value})",
    "is missing": "{column} is missing",
    "is not missing": "{column} is not missing",
}
"""What can be asked of a column, and how a formula says it; several values are parted by commas."""
_ORDER = ("is at least", "is at most", "is more than", "is less than")
_WITHIN = ("contains", "starts with")
_WORDS = ("missing", "true", "false")


def fitting(dtype: dt.DataType) -> list[str]:
    """The conditions that a column of this type can have."""
    unfit: tuple[str, ...] = () if dtype.is_string() else _WITHIN
    if dtype.is_boolean():
        unfit = (*_WITHIN, *_ORDER, "is one of", "is none of")
    return [name for name in CONDITIONS if name not in unfit]


def condition(column: str, what: str, value: str, dtype: dt.DataType) -> str:
    """One condition as a formula. Raises InvalidParameter when the value does not fit."""
    parts = {"column": named(column), "value": "", "values": ""}
    if "{value}" in CONDITIONS[what]:
        parts["value"] = _written(value, dtype)
    elif "{values}" in CONDITIONS[what]:
        parts["values"] = ", ".join(_written(one.strip(), dtype) for one in value.split(","))
    return CONDITIONS[what].format(**parts)


def joined(formula: str, how: str, more: str) -> str:
    """``formula`` and one more condition, joined by ``and`` or ``or``; the first stays whole."""
    if not formula.strip():
        return more
    other = "or" if how == "and" else "and"
    first = f"({formula})" if f" {other} " in formula else formula
    return f"{first} {how} {more}"


def named(column: str) -> str:
    """A column name as a formula reads it, in backticks only where they are needed."""
    plain = column.isidentifier() and column.isascii() and not keyword.iskeyword(column)
    return column if plain and column.lower() not in _WORDS else quoted(column)


def _written(value: str, dtype: dt.DataType) -> str:
    read = read_value(value, dtype)
    if read is None or (dtype.is_string() and not value):
        hint = "Write a date as 2024-12-31, a number as 12.5, and true or false in words."
        raise InvalidParameter(f"{value!r} cannot stand in such a column.", hint=hint)
    if dtype.is_boolean():
        return str(read)
    if dtype.is_numeric():
        return value.strip()
    if '"' in value and "'" in value:
        hint = "Ask for a part of the text with: contains."
        raise InvalidParameter("A text may hold one kind of quotes only.", hint=hint)
    text = f"'{value}'" if '"' in value else f'"{value}"'
    parse(text)
    return text
