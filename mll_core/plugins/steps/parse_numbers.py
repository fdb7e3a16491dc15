"""Parse numbers."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import AnyColumn
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.step import Learned, Step

_SIGNS = r"[$€£¥₹₽]|\b(?:EUR|USD|GBP|CHF|JPY|INR|CNY|SEK|NOK|DKK|PLN)\b"
_GAP = r"\s\x{00A0}\x{202F}'\x{2019}_"
_SHAPE = (
    r"^([+-]?)((?:[0-9]{{1,3}}(?:[{gap}{group}][0-9]{{3}})+|[0-9]+)?{point}[0-9]*)"
    r"((?:[eE][+-]?[0-9]{{1,3}})?)$"
)
_POINT = _SHAPE.format(gap=_GAP, group=",", point=r"\.?")
_COMMA = _SHAPE.format(gap=_GAP, group=r"\.", point=",?")


class ParseNumbers(Step):
    """Read numbers written as text: 1,234.50, 1.234,50, 1 234, $ 12, 12 %, (12), 1e6.

    In: a text ``column``; a number stays as it is. Out: the same rows, ``column`` as float64; what
    is not a number becomes NULL. Whether the comma is decimal is taken from the value itself where
    only one reading is possible, else from the column.
    Learned: one row: ``comma``, whether more training values can be read with a decimal comma only
    than with a decimal point only; ``unread``, how many training values are not numbers.
    """

    label: ClassVar[str] = "Parse numbers"
    kind: Literal["parse_numbers"] = "parse_numbers"
    column: AnyColumn = Field(description="Column to read as numbers")
    decimal: Literal["auto", "point", "comma"] = Field("auto", description="Decimal sign")
    currency: bool = Field(True, description="Leave out currency signs; else these are unreadable")
    percent: bool = Field(True, description="Read 12 % as 0.12; else as 12")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        dtype = schema[self.column]
        if not (dtype.is_string() or dtype.is_numeric()):
            message = f"parse_numbers.column: needs text, {self.column!r} is {dtype}."
            raise WrongColumnKind(message, hint="Pick a text column.")

    def learn(self, table: ir.Table) -> ir.Table | None:
        if table[self.column].type().is_numeric():
            return None
        text = self._bare(table[self.column])
        point, comma = _fits(text, _POINT), _fits(text, _COMMA)
        return table.aggregate(
            comma=(comma & ~point).sum() > (point & ~comma).sum(),
            unread=(~(comma | point)).sum().coalesce(0),
        )

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        if column.type().is_numeric():
            return table.mutate(column.cast("float64").name(self.column))
        text = self._bare(column)
        point = _read(text, _POINT, f"[{_GAP},]")
        comma = _read(text, _COMMA, rf"[{_GAP}.]")
        if self.decimal != "auto":
            number = point if self.decimal == "point" else comma
        elif learned[0]["comma"]:
            number = ibis.coalesce(comma, point)
        else:
            number = ibis.coalesce(point, comma)
        if self.percent:
            number = column.re_search(r"%\W*$").ifelse(number / 100.0, number)
        return table.mutate(number.name(self.column))

    def sentence(self) -> str:
        how = "" if self.decimal == "auto" else f" with a decimal {self.decimal}"
        return f"Read {self.column!r} as numbers{how}; what is not a number becomes missing."

    def _bare(self, text: Any) -> Any:
        """Digits and their signs only: (12) is -12, 12- is -12."""
        text = text.re_replace(r"[\x{2212}\x{2013}]", "-").re_replace(
            rf"^[{_GAP}]+|[{_GAP}%]+$", ""
        )
        if self.currency:
            text = text.re_replace(rf"[{_GAP}]*(?:{_SIGNS})[{_GAP}]*", "")
        return text.re_replace(r"^\((.*)\)$|^([^-].*)-$", r"-\1\2")


def _fits(text: Any, shape: str) -> Any:
    return text.re_search(shape) & text.re_search("[0-9]")


def _read(text: Any, shape: str, gaps: str) -> Any:
    digits = text.re_extract(shape, 2).re_replace(gaps, "").replace(",", ".")
    whole = text.re_extract(shape, 1).concat(digits).concat(text.re_extract(shape, 3))
    number = whole.try_cast("float64")
    return number.nullif(float("inf")).nullif(float("-inf"))
