"""Parse dates."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from mll_core.domain.columns import AnyColumn, holds
from mll_core.domain.date_patterns import fault, formatted, usual
from mll_core.domain.date_words import in_words
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ParseDates(Step):
    """Read dates and times written as text, in one way or in several mixed.

    In: a text ``column``, or whole numbers such as 20241231; a date stays as it is. Out: the same
    rows, ``column`` as a timestamp; what cannot be read becomes NULL. ``auto`` reads 2024-12-31,
    20241231, 31.12.2024, 12/31/24, 12 31 2024, 31 Dec 24, December 31, 2024, each with or without a
    time; an offset from UTC is left out. A year of two digits is one of 1970 to 2069: 69 is 2069,
    70 is 1970.
    Learned: one row: ``month_first``, whether more training values can be read only with the month
    first than only with the day first; ``unread``, how many cannot be read at all;
    nothing when the format or the order is given.
    """

    label: ClassVar[str] = "Parse dates"
    topic: ClassVar[Topic] = Topic.READING
    also: ClassVar[str] = "convert text date time day month first format timestamp mixed"
    unlearned: ClassVar[str] = "say the format, or whether the day comes first"
    kind: Literal["parse_dates"] = "parse_dates"
    column: AnyColumn = Field(description="Column to read as dates")
    format: str = Field(
        "auto", description="How they are written: auto, or formats such as %d/%m/%Y, parted by |"
    )
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
            message = f"parse_dates.column: needs text, {self.column!r} holds {holds(dtype)}."
            raise WrongColumnKind(message, hint="Pick a text column.")

    @property
    def learns(self) -> bool:
        return self.format == "auto" and self.day_first is None

    def learn(self, table: ir.Table) -> ir.Table | None:
        if not self.learns or _is_time(table[self.column].type()):
            return None
        at = self._read(table)
        day, month = at["day"], at["month"]
        unread = at.table[self.column].count() - ibis.coalesce(day, month).count()
        only_month, only_day = month.notnull() & day.isnull(), day.notnull() & month.isnull()
        return at.table.aggregate(month_first=only_month.sum() > only_day.sum(), unread=unread)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        if _is_time(column.type()):
            return table.mutate(column.cast("timestamp(6)").name(self.column))
        at = self._read(table)
        month_first = bool(learned) and learned[0]["month_first"]
        order = ("month", "day") if month_first else ("day", "month")
        return at.replacing(self.column, ibis.coalesce(*(at[what] for what in order)), table)

    def sentence(self) -> str:
        how = "in any usual way" if self.format == "auto" else in_words(self.format)
        order = {None: "", True: ", the day before the month", False: ", the month before the day"}
        end = "what is not a date becomes missing"
        return f"Read {self.column!r} as dates written {how}{order[self.day_first]}; {end}."

    def _read(self, table: ir.Table) -> Stage:
        """The dates, read with the day first and with the month first."""
        values = table[self.column]
        text = values.try_cast("int64").cast("string") if values.type().is_numeric() else values
        if self.format == "auto":
            at = usual(table, text)
            if self.day_first is None:
                return at
            chosen = at["day" if self.day_first else "month"]
            return at.then(day=chosen, month=chosen)
        dates = ibis.coalesce(*(formatted(text, part) for part in self.format.split("|")))
        return Stage(table).then(day=dates, month=dates)


def _is_time(dtype: Any) -> bool:
    return bool(dtype.is_timestamp() or dtype.is_date())
