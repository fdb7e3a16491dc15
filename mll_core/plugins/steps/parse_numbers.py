"""Parse numbers."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import AnyColumn
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned, Step

_SIGNS = r"[$€£¥₹₽]|\b(?:EUR|USD|GBP|CHF|JPY|INR|CNY|SEK|NOK|DKK|PLN)\b"
_GAP = r"\s\x{00A0}\x{202F}'\x{2019}_"
_SHAPE = (
    r"^[+-]?(?:(?:[0-9]{{1,3}}(?:[{gap}{group}][0-9]{{3}})+|[0-9]+){point}[0-9]*|{sign}[0-9]+)"
    r"(?:[eE][+-]?[0-9]{{1,3}})?$"
)
_POINT = _SHAPE.format(gap=_GAP, group=",", point=r"\.?", sign=r"\.")
_COMMA = _SHAPE.format(gap=_GAP, group=r"\.", point=",?", sign=",")


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
        at = Stage(table).then(bare=self._bare(table[self.column]))
        text = at["bare"]
        point, comma = text.re_search(_POINT), text.re_search(_COMMA)
        return at.table.aggregate(
            comma=(comma & ~point).sum() > (point & ~comma).sum(),
            unread=(~(comma | point)).sum().coalesce(0),
        )

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        if column.type().is_numeric():
            return table.mutate(column.cast("float64").name(self.column))
        at = Stage(table).then(bare=self._bare(column))
        point, comma = _read(at["bare"], _POINT, ","), _read(at["bare"], _COMMA, ".")
        if self.decimal != "auto":
            number = point if self.decimal == "point" else comma
        else:
            number = ibis.coalesce(*((comma, point) if learned[0]["comma"] else (point, comma)))
        number = number.try_cast("float64")
        for infinite in (float("inf"), float("-inf")):
            number = number.nullif(infinite)
        if self.percent:
            number = number / at.table[self.column].re_search(r"%\W*$").ifelse(100.0, 1.0)
        return at.replacing(self.column, number, table)

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


def _read(text: Any, shape: str, group: str) -> Any:
    """The text as SQL writes a number, when it has this shape."""
    plain = text.re_replace(f"[{_GAP}{group}]", "").replace(",", ".")
    return text.re_search(shape).ifelse(plain, None)
