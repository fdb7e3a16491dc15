"""Measure the time since a fixed date."""

from datetime import datetime
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, field_validator

from mll_core.domain.columns import NewColumn, TimeColumn
from mll_core.domain.durations import Unit, between
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class TimeSince(Step):
    """Make a column of the time from a fixed date to the date of each row.

    In: a date or time ``column``. Out: the same rows, one column more, float64, in ``unit`` (a year
    is 365.2425 days, a month a twelfth of that); negative before ``since``; NULL for NULL. Learned:
    nothing.
    """

    label: ClassVar[str] = "Time since a fixed date"
    topic: ClassVar[Topic] = Topic.DATES
    also: ClassVar[str] = "days age duration from fixed today"
    kind: Literal["time_since"] = "time_since"
    column: TimeColumn = Field(description="Column with dates")
    since: str = Field("2020-01-01", description="The fixed date, such as 2020-01-31")
    unit: Unit = Field("days", description="Measured in")
    into: NewColumn = Field(description="Name of the new column")

    @field_validator("since")
    @classmethod
    def _a_day(cls, day: str) -> str:
        try:
            datetime.fromisoformat(day)
        except ValueError as error:
            raise ValueError(f"{day!r} is no day; write it as 2024-01-31") from error
        return day

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        day = datetime.fromisoformat(self.since).replace(tzinfo=None)
        passed = between(ibis.timestamp(day.isoformat()), table[self.column], self.unit)
        return table.mutate(passed.name(self.into))

    def sentence(self) -> str:
        return f"Make {self.into!r}: the {self.unit} from {self.since} to {self.column!r}."
