"""A step that makes figures of the numbers in rows that lie before."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Columns, NumericColumns, Prefix, TimeColumn
from mll_core.domain.past import Past, called
from mll_core.domain.step import Across, Learned, Rows, Step
from mll_core.domain.window_figures import Figure, figure, staged


class FiguresOfPast(Step):
    """The base of steps that sum up earlier rows; they differ in how far back they look."""

    rows: ClassVar[Rows] = "window"
    columns: NumericColumns = Field(min_length=1, description="Numbers to sum up")
    figures: tuple[Figure, ...] = Field(("mean",), min_length=1, description="Figures of them")
    time: TimeColumn = Field(description="Column with the time that says which rows are earlier")
    by: Columns = Field((), description="Only rows of the same, such as the customer; none: all")
    delay_days: int = Field(
        0, ge=0, le=10_000, description="Days until a value is known; younger ones are not used"
    )
    prefix: Prefix = ""

    @abstractmethod
    def reach(self) -> tuple[str, int | None, int | None]:
        """What a name says of how far it looks; so many days, so many rows; None: all there are."""

    def makes(self) -> Iterator[tuple[str, str]]:
        """A column for each figure of each number."""
        yield from (("columns", self._name(*asked)) for asked in self._asked())

    def across(self) -> Across:
        """Rows of the same that lie before, as far as they are known."""
        return Across(by=self.by, time=self.time, delay_days=self.delay_days)

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        """Figures are in the unit of their numbers; a count has none."""
        asked = [(c, what) for c, what in self._asked() if c in known and what != "count"]
        return {**super().units(known), **{self._name(c, what): known[c] for c, what in asked}}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        """The table with the figures of each row's past."""
        past, (_, days, rows) = Past.of(table, self.across()), self.reach()
        names: dict[str, str] = {}
        for i, column in enumerate(dict.fromkeys(self.columns)):
            past = staged(past, past.column(column), self.figures)
            over = past.before(days) if rows is None else past.ending(rows)
            what = dict.fromkeys(self.figures)
            past = past.then(**{f"{one}{i}": figure(past, one, over) for one in what})
            names |= {f"{one}{i}": self._name(column, one) for one in what}
        if rows is not None:  # the window ends with the newest row that is seen
            past = past.at(past["seen"], **{own: own for own in names})
        made = {}
        for own, name in names.items():
            value = past[own].fill_null(0.0) if own.startswith("count") else past[own]
            made[name] = past.known(value)
        return past.finish(table.columns, made)

    def _asked(self) -> Iterator[tuple[str, str]]:
        for column in dict.fromkeys(self.columns):
            yield from ((column, what) for what in dict.fromkeys(self.figures))

    def _name(self, column: str, what: str) -> str:
        return self.prefix + called(f"{column}_{what}_{self.reach()[0]}", self.across())
