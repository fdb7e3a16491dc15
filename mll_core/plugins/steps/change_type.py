"""Change the type of a column."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import AnyColumn
from mll_core.domain.formula_functions import FUNCTIONS
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_TRUE, _FALSE = r"^\s*(?:true|t|yes|y|1|1\.0)\s*$", r"^\s*(?:false|f|no|n|0|0\.0)\s*$"

_EXACT = 1e15
"""Up to here a float64 says every whole number."""


class ChangeType(Step):
    """Read ``column`` as numbers, as text, or as true and false.

    In: any column. Out: the same rows, ``column`` as float64, text or boolean; what cannot be read
    becomes NULL, and the preview counts it. Numbers are written with a point (1234.5; for others
    there is Parse numbers); true is true, t, yes, y or 1. Whole numbers become text without a
    point. Learned: nothing.
    """

    label: ClassVar[str] = "Change type"
    topic: ClassVar[Topic] = Topic.READING
    also: ClassVar[str] = "convert cast integer number text boolean true false string"
    kind: Literal["change_type"] = "change_type"
    column: AnyColumn = Field(description="Column to read anew")
    to: Literal["number", "text", "true or false"] = Field("number", description="As what")

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        return {name: unit for name, unit in known.items() if name != self.column}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        match self.to:
            case "number":
                value = _number(column)
            case "text":
                value = _text(column)
            case _:
                value = _truth(column)
        return table.mutate(value.name(self.column))

    def sentence(self) -> str:
        to = {"number": "numbers", "text": "text", "true or false": "true or false"}[self.to]
        return f"Read {self.column!r} as {to}; what cannot be read becomes missing."


def _number(column: Any) -> Any:
    dtype = column.type()
    if dtype.is_numeric() or dtype.is_boolean():
        return column.cast("float64")
    if dtype.is_string():
        return FUNCTIONS["number"].compute(column)
    return column.epoch_seconds().cast("float64")


def _text(column: Any) -> Any:
    if not column.type().is_floating():
        return column.cast("string")
    whole = (column == column.floor()) & (column.abs() < _EXACT)
    return whole.ifelse(column.try_cast("int64").cast("string"), column.cast("string"))


def _truth(column: Any) -> Any:
    dtype = column.type()
    if dtype.is_boolean():
        return column
    text = column if dtype.is_string() else column.cast("string")
    text = text.lower()
    false = text.re_search(_FALSE).ifelse(False, None)
    return text.re_search(_TRUE).ifelse(True, false)
