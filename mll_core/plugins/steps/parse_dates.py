"""Parse dates."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from mll_core.domain.columns import AnyColumn
from mll_core.domain.date_patterns import AUTO, DAY_FIRST, MONTH_FIRST, escaped, fault, read_date
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.step import Learned, Step


class ParseDates(Step):
    """Read dates and times written as text, in one way or in several mixed.

    In: a text ``column``, or whole numbers such as 20241231; a date stays as it is. Out: the same
    rows, ``column`` as a timestamp; what cannot be read becomes NULL. ``auto`` reads 2024-12-31,
    20241231, 31.12.2024, 12/31/24, 31 Dec 2024, December 31, 2024, each with or without a time; an
    offset from UTC is left out; two-digit years are 1970 to 2069.
    Learned: one row: ``month_first``, whether more training values can be read only with the month
    first than only with the day first; ``unread``, how many training values cannot be read at all.
    """

    label: ClassVar[str] = "Parse dates"
    kind: Literal["parse_dates"] = "parse_dates"
    column: AnyColumn = Field(description="Column to read as dates")
    format: str = Field("auto", description="auto, or formats such as %d/%m/%Y, parted by |")
    day_first: bool | None = Field(None, description="Is 1/2 the first of February? none: judged")

    @field_validator("format")
    @classmethod
    def _known(cls, text: str) -> str:
        if text != "auto" and (message := fault(text)):
            raise PydanticCustomError("format", "{message}", {"message": message})
        return text

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        dtype = schema[self.column]
        if dtype.is_boolean() or not (_is_time(dtype) or dtype.is_string() or dtype.is_numeric()):
            message = f"parse_dates.column: needs text, {self.column!r} is {dtype}."
            raise WrongColumnKind(message, hint="Pick a text column.")

    def learn(self, table: ir.Table) -> ir.Table | None:
        if _is_time(table[self.column].type()):
            return None
        text = _text(table[self.column])
        day, month = (
            ibis.coalesce(*(read_date(text, p) for p in ps)) for ps in (DAY_FIRST, MONTH_FIRST)
        )
        unread = text.notnull() & self._parsed(text, month_first=False).isnull()
        return table.aggregate(
            month_first=(day.isnull() & month.notnull()).sum()
            > (month.isnull() & day.notnull()).sum(),
            unread=unread.sum().coalesce(0),
        )

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        if _is_time(column.type()):
            return table.mutate(column.cast("timestamp(6)").name(self.column))
        dates = self._parsed(_text(column), month_first=bool(learned[0]["month_first"]))
        return table.mutate(dates.name(self.column))

    def sentence(self) -> str:
        how = "in any usual way" if self.format == "auto" else self.format
        order = {None: "", True: ", the day before the month", False: ", the month before the day"}
        end = "what is not a date becomes missing"
        return f"Read {self.column!r} as dates written {how}{order[self.day_first]}; {end}."

    def _parsed(self, text: Any, *, month_first: bool) -> Any:
        if self.format != "auto":
            return ibis.coalesce(
                *(read_date(text, escaped(part)) for part in self.format.split("|"))
            )
        orders = [MONTH_FIRST, DAY_FIRST] if month_first else [DAY_FIRST, MONTH_FIRST]
        if self.day_first is not None:
            orders = [DAY_FIRST if self.day_first else MONTH_FIRST]
        patterns = [*AUTO, *(pattern for order in orders for pattern in order)]
        return ibis.coalesce(*(read_date(text, pattern) for pattern in patterns))


def _is_time(dtype: Any) -> bool:
    return bool(dtype.is_timestamp() or dtype.is_date())


def _text(column: Any) -> Any:
    return column.cast("int64").cast("string") if column.type().is_numeric() else column
