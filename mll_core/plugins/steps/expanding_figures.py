"""Sum up everything before."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Columns, NumericColumns, TimeColumn
from mll_core.domain.past import Past, called, told
from mll_core.domain.step import Across, Learned, Rows, Step
from mll_core.domain.topic import Topic
from mll_core.domain.window_figures import Figure, figure, staged


class ExpandingFigures(Step):
    """Sum up all rows before each row: the largest bill so far, the mean of all visits until then.

    In: numeric ``columns``; rows in the order of ``time``. Out: the same rows, and per column and
    figure one column more, float64, over all rows before the row's own time. Missing and infinite
    numbers and those from 10^15 on are left out; NULL when none is left, for ``count`` 0; ``std``
    of a sample needs two. Rows of one moment do not see each other; a row without a time sees
    nothing and is not seen; a missing ``by`` is one of its own. Learned: nothing; it runs once,
    before the split.
    """

    label: ClassVar[str] = "Sum up everything before (expanding)"
    topic: ClassVar[Topic] = Topic.PAST
    also: ClassVar[str] = "cumulative running total history so far time series past"
    rows: ClassVar[Rows] = "window"
    kind: Literal["expanding_figures"] = "expanding_figures"
    columns: NumericColumns = Field(min_length=1, description="Numbers to sum up")
    figures: tuple[Figure, ...] = Field(("mean",), min_length=1, description="Figures of them")
    time: TimeColumn = Field(description="Column with the time that says which rows are earlier")
    by: Columns = Field((), description="Only rows of the same, such as the customer; none: all")
    delay_days: int = Field(
        0, ge=0, le=10_000, description="Days until a value is known; younger ones are not used"
    )

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
            over = past.before()
            past = past.then(**{f"{what}{i}": figure(past, what, over) for what in figures})
            names |= {f"{what}{i}": self._name(column, what) for what in figures}
        return past.finish(table.columns, {n: past.known(past[own]) for own, n in names.items()})

    def sentence(self) -> str:
        what, figures = " and ".join(map(repr, self.columns)), " and ".join(self.figures)
        return f"Make the {figures} of {what} over all rows before, {told(self.across())}."

    def _name(self, column: str, what: str) -> str:
        return called(f"{column}_{what}_before", self.across())
