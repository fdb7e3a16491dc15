"""Parse numbers."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import AnyColumn, holds
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.measured import COMMA, POINT, factor, feet, parted, read
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic
from mll_core.domain.units import UnitName


class ParseNumbers(Step):
    """Read numbers written as text: 1,234.50, 1.234,50, $ 12, 12 %, (12), 1.6K, 2.5 kg, 5'11".

    In: a text ``column``; a number stays as it is. Out: the same rows, ``column`` as float64; what
    is not a number becomes NULL. Whether the comma is decimal is taken from the value itself where
    only one reading is possible, else from the column. K, M and B are thousands, millions and
    billions. With ``unit`` all are in that unit; those without any are taken to be in it already.
    Learned: one row: ``comma``, whether more training values can be read with a decimal comma only
    than with a decimal point only; ``unread``, how many training values are not numbers;
    nothing when the decimal sign is given.
    """

    label: ClassVar[str] = "Parse numbers"
    topic: ClassVar[Topic] = Topic.READING
    also: ClassVar[str] = (
        "convert text currency money euro percent thousands decimal comma unit kg price"
    )
    unlearned: ClassVar[str] = "say whether the decimal sign is a point or a comma"
    kind: Literal["parse_numbers"] = "parse_numbers"
    column: AnyColumn = Field(description="Column to read as numbers")
    decimal: Literal["auto", "point", "comma"] = Field("auto", description="Decimal sign")
    currency: bool = Field(True, description="Leave out currency signs; else these are unreadable")
    percent: bool = Field(True, description="Read 12 % as 0.12; else as 12")
    unit: UnitName | None = Field(None, description="Convert 2.5 kg or 5'11\" to one unit")
    words: bool = Field(False, description="Leave out other words behind the number: 12 oz. can")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        dtype = schema[self.column]
        if not (dtype.is_string() or dtype.is_numeric()):
            message = f"parse_numbers.column: needs text, {self.column!r} holds {holds(dtype)}."
            raise WrongColumnKind(message, hint="Pick a text column.")

    @property
    def learns(self) -> bool:
        return self.decimal == "auto"

    def learn(self, table: ir.Table) -> ir.Table | None:
        if not self.learns or table[self.column].type().is_numeric():
            return None
        at = self._parted(table)
        point, comma = at["number"].re_search(POINT), at["number"].re_search(COMMA)
        known = ((comma | point) & at["factor"].notnull()) | at["feet"].notnull()
        return at.table.aggregate(
            comma=(comma & ~point).sum() > (point & ~comma).sum(),
            unread=(~known & at["bare"].notnull()).sum().coalesce(0),
        )

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        others = {name: unit for name, unit in known.items() if name != self.column}
        return {**others, self.column: self.unit} if self.unit else others

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        if column.type().is_numeric():
            return table.mutate(column.cast("float64").name(self.column))
        at = self._parted(table)
        point, comma = (read(at["number"], comma=comma) for comma in (False, True))
        if self.decimal != "auto":
            number = point if self.decimal == "point" else comma
        else:
            number = ibis.coalesce(*((comma, point) if learned[0]["comma"] else (point, comma)))
        number = at["feet"].coalesce(number * at["factor"])
        for infinite in (float("inf"), float("-inf")):
            number = number.nullif(infinite)
        if self.percent:
            number = number / at["percent"].ifelse(100.0, 1.0)
        return at.replacing(self.column, number, table)

    def sentence(self) -> str:
        how = "" if self.decimal == "auto" else f" with a decimal {self.decimal}"
        how += f" in {self.unit}" if self.unit else ""
        how += ", without the words behind them" if self.words else ""
        return f"Read {self.column!r} as numbers{how}; what is not a number becomes missing."

    def _parted(self, table: ir.Table) -> Stage:
        at = parted(table, table[self.column], currency=self.currency)
        by = factor(at, self.unit, words=self.words)
        return at.then(factor=by, feet=feet(at["bare"], self.unit))
