"""Sum up the last rows or days."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain.columns import Columns, NumericColumns, TimeColumn
from mll_core.domain.past import Past, called, told
from mll_core.domain.step import Across, Learned, Rows, Step
from mll_core.domain.topic import Topic
from mll_core.domain.window_figures import Figure, figure, staged


class RollingFigures(Step):
    """Sum up the rows before each row: the mean of the last three bills, visits of 30 days.

    In: numeric ``columns``; rows in the order of ``time``. Out: the same rows, and per column and
    figure one column more, float64: over the ``last`` rows before the row's own time, or over those
    of the ``last`` days (from that many days ago on, the row's own moment not included). Missing
    and infinite numbers and those from 10^15 on are left out; NULL when none is left, for ``count``
    0; ``std`` of a sample needs two. Rows of one moment do not see each other; a row without a
    time sees nothing and is not seen. Learned: nothing; it runs once, before the split.
    """

    label: ClassVar[str] = "Sum up the last rows or days (rolling)"
    topic: ClassVar[Topic] = Topic.PAST
    also: ClassVar[str] = "moving average history window recent time series past"
    rows: ClassVar[Rows] = "window"
    kind: Literal["rolling_figures"] = "rolling_figures"
    columns: NumericColumns = Field(min_length=1, description="Numbers to sum up")
    figures: tuple[Figure, ...] = Field(("mean",), min_length=1, description="Figures of them")
    time: TimeColumn = Field(description="Column with the time that says which rows are earlier")
    by: Columns = Field((), description="Only rows of the same, such as the customer; none: all")
    last: int = Field(3, ge=1, le=10_000, description="How many before")
    unit: Literal["rows", "days"] = Field("rows", description="Counted in")
    delay_days: int = Field(
        0, ge=0, le=10_000, description="Days until a value is known; younger ones are not used"
    )

    @model_validator(mode="after")
    def _something_is_known(self) -> "RollingFigures":
        if self.unit == "days" and self.last < self.delay_days:
            raise ValueError("last must reach at least as far as delay_days")
        return self

    def makes(self) -> Iterator[tuple[str, str]]:
        for column in dict.fromkeys(self.columns):
            yield from (("columns", self._name(column, f)) for f in dict.fromkeys(self.figures))

    def across(self) -> Across:
        return Across(by=self.by, time=self.time, delay_days=self.delay_days)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        past, figures = Past.of(table, self.across()), tuple(dict.fromkeys(self.figures))
        names: dict[str, str] = {}
        for i, column in enumerate(dict.fromkeys(self.columns)):
            past = staged(past, past.column(column), figures)
            over = past.before(self.last) if self.unit == "days" else past.ending(self.last)
            past = past.then(**{f"{what}{i}": figure(past, what, over) for what in figures})
            names |= {f"{what}{i}": self._name(column, what) for what in figures}
        if self.unit == "rows":
            past = past.at(past["seen"], **{own: own for own in names})
        made = {name: past.known(_or_none(past[own], own)) for own, name in names.items()}
        return past.finish(table.columns, made)

    def sentence(self) -> str:
        what, figures = " and ".join(map(repr, self.columns)), " and ".join(self.figures)
        reach = f"{self.last:,} {self.unit} before, {told(self.across())}"
        return f"Make the {figures} of {what} over the {reach}."

    def _name(self, column: str, what: str) -> str:
        return called(f"{column}_{what}_last_{self.last}_{self.unit}", self.across())


def _or_none(value: Any, own: str) -> Any:
    return value.fill_null(0.0) if own.startswith("count") else value  # of no row at all
