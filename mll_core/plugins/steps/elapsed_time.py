"""Measure the time between two dates."""

from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NewColumn, TimeColumn
from mll_core.domain.step import Learned, Step

_SECONDS = {"hours": 3600.0, "days": 86400.0, "weeks": 604800.0, "years": 365.2425 * 86400.0}


class ElapsedTime(Step):
    """Make a column of the time from one date to another.

    In: two date or time columns. Out: the same rows, one column more, float64, in ``unit`` (a year
    is 365.2425 days); negative when the end comes first; NULL when one of them is. Learned:
    nothing.
    """

    label: ClassVar[str] = "Time between two dates"
    kind: Literal["elapsed_time"] = "elapsed_time"
    start: TimeColumn = Field(description="From")
    end: TimeColumn = Field(description="To")
    unit: Literal["hours", "days", "weeks", "years"] = Field("days", description="Measured in")
    into: NewColumn = Field(description="Name of the new column")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        passed = _seconds(table[self.end]) - _seconds(table[self.start])
        return table.mutate((passed / _SECONDS[self.unit]).name(self.into))

    def sentence(self) -> str:
        return f"Make {self.into!r}: the {self.unit} from {self.start!r} to {self.end!r}."


def _seconds(moment: Any) -> Any:
    return moment.cast("timestamp(6)").epoch_seconds().cast("float64")
