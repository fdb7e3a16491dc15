"""Take dates apart."""

from collections.abc import Callable, Iterator
from operator import methodcaller
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Prefix, TimeColumn
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

Part = Literal[
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "weekday",
    "weekend",
    "day of year",
    "first of month",
    "last of month",
    "hour",
    "minute",
]
_FEBRUARY = 2
_SHORT = (4, 6, 9, 11)


class DateParts(Step):
    """Make columns of the parts of a date.

    In: a date or time ``column`` (text becomes one with Parse dates). Out: the same rows and one
    column per part, named after ``column`` and the part: float64 (Monday is 0, the week is ISO's),
    ``weekend``, ``first of month``, ``last of month`` boolean; NULL gives NULL. Learned: nothing.
    """

    label: ClassVar[str] = "Take dates apart"
    topic: ClassVar[Topic] = Topic.DATES
    also: ClassVar[str] = "month weekday day year hour quarter weekend week"
    kind: Literal["date_parts"] = "date_parts"
    column: TimeColumn = Field(description="Column with dates")
    parts: tuple[Part, ...] = Field(
        ("year", "month", "weekday"), min_length=1, description="Which parts"
    )
    prefix: Prefix = ""

    def makes(self) -> Iterator[tuple[str, str]]:
        for part in self.parts:
            yield "parts", self._name(part)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        moment = table[self.column].cast("timestamp(6)")
        new = {self._name(part): _part(moment, part) for part in self.parts}
        return table.mutate(**new)

    def sentence(self) -> str:
        return f"Make columns of {', '.join(self.parts)} of {self.column!r}."

    def _name(self, part: str) -> str:
        return f"{self.prefix}{self.column} {part}"


def _part(moment: Any, part: str) -> Any:
    if part in _TRUTHS:
        return _TRUTHS[part](moment)
    return _NUMBERS.get(part, methodcaller(part))(moment).cast("float64")


def _days_in_month(moment: Any) -> Any:
    year = moment.year()
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    usual = moment.month().isin(_SHORT).ifelse(30, 31)
    return (moment.month() == _FEBRUARY).ifelse(leap.ifelse(29, 28), usual)


_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "weekday": lambda moment: moment.date().day_of_week.index(),
    "week": methodcaller("week_of_year"),
    "day of year": methodcaller("day_of_year"),
}
_TRUTHS: dict[str, Callable[[Any], Any]] = {
    "weekend": lambda moment: moment.date().day_of_week.index() >= 5,  # noqa: PLR2004 - Saturday
    "first of month": lambda moment: moment.day() == 1,
    "last of month": lambda moment: moment.day() == _days_in_month(moment),
}
