"""Measure the time between two dates."""

from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NewColumn, TimeColumn
from mll_core.domain.durations import Unit, between
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ElapsedTime(Step):
    """Make a column of the time from one date to another.

    In: two date or time columns. Out: the same rows, one column more, float64, in ``unit`` (a year
    is 365.2425 days, a month a twelfth of that); negative when the end comes first; NULL when one
    of them is. Learned: nothing.
    """

    label: ClassVar[str] = "Time between two dates"
    topic: ClassVar[Topic] = Topic.DATES
    also: ClassVar[str] = "days between duration age difference"
    kind: Literal["elapsed_time"] = "elapsed_time"
    start: TimeColumn = Field(description="From")
    end: TimeColumn = Field(description="To")
    unit: Unit = Field("days", description="Measured in")
    into: NewColumn = Field(description="Name of the new column")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        passed = between(table[self.start], table[self.end], self.unit)
        return table.mutate(passed.name(self.into))

    def sentence(self) -> str:
        return f"Make {self.into!r}: the {self.unit} from {self.start!r} to {self.end!r}."
