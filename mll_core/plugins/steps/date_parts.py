"""Take dates apart."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import TimeColumn
from mll_core.domain.step import Learned, Step

Part = Literal[
    "year", "quarter", "month", "week", "day", "weekday", "weekend", "day of year", "hour"
]


class DateParts(Step):
    """Make columns of the parts of a date.

    In: a date or time ``column`` (text becomes one with Parse dates). Out: the same rows and one
    column per part, named after ``column`` and the part: float64 (Monday is 0, the week is ISO's),
    ``weekend`` boolean; NULL gives NULL. Learned: nothing.
    """

    label: ClassVar[str] = "Take dates apart"
    kind: Literal["date_parts"] = "date_parts"
    column: TimeColumn = Field(description="Column with dates")
    parts: tuple[Part, ...] = Field(
        ("year", "month", "weekday"), min_length=1, description="Which parts"
    )

    def makes(self) -> Iterator[tuple[str, str]]:
        for part in self.parts:
            yield "parts", f"{self.column} {part}"

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        moment = table[self.column].cast("timestamp(6)")
        new = {f"{self.column} {part}": _part(moment, part) for part in self.parts}
        return table.mutate(**new)

    def sentence(self) -> str:
        return f"Make columns of {', '.join(self.parts)} of {self.column!r}."


def _part(moment: Any, part: str) -> Any:
    weekday = moment.date().day_of_week.index()
    match part:
        case "weekday":
            return weekday.cast("float64")
        case "weekend":
            return weekday >= 5  # noqa: PLR2004 - Saturday
        case "week":
            return moment.week_of_year().cast("float64")
        case "day of year":
            return moment.day_of_year().cast("float64")
    return getattr(moment, part)().cast("float64")
