"""Take earlier values."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain.columns import Columns, Prefix, TimeColumn
from mll_core.domain.past import Past, called, told
from mll_core.domain.step import Across, Learned, Rows, Step
from mll_core.domain.topic import Topic


class LagValues(Step):
    """Put the value of an earlier row beside each row: last month's bill, the visit before.

    In: any ``columns``; rows in the order of ``time``. Out: the same rows, and per column one more
    of its type: the value of so many rows back among the earlier rows, or of the newest row that
    is at least so many days old; NULL when there is none. Rows of one moment do not see each other
    (of several, the one further down counts as the later); a row without a time sees nothing and is
    not seen; a missing ``by`` is one of its own. Learned: nothing; it runs once, before the split.
    """

    label: ClassVar[str] = "Take an earlier value (lag)"
    topic: ClassVar[Topic] = Topic.PAST
    also: ClassVar[str] = "previous history shift last month time series"
    rows: ClassVar[Rows] = "window"
    kind: Literal["lag_values"] = "lag_values"
    columns: Columns = Field(min_length=1, description="Columns whose earlier value is taken")
    time: TimeColumn = Field(description="Column with the time that says which row is earlier")
    by: Columns = Field((), description="Only rows of the same, such as the customer; none: all")
    back: int = Field(1, ge=1, le=10_000, description="How far back")
    unit: Literal["rows", "days"] = Field("rows", description="Counted in")
    delay_days: int = Field(
        0, ge=0, le=10_000, description="Days until a value is known; younger ones are not used"
    )
    prefix: Prefix = ""

    @model_validator(mode="after")
    def _known_by_then(self) -> "LagValues":
        if self.unit == "days" and self.back < self.delay_days:
            raise ValueError("back must reach at least as far as delay_days")
        return self

    def makes(self) -> Iterator[tuple[str, str]]:
        yield from (("columns", self._name(column)) for column in dict.fromkeys(self.columns))

    def across(self) -> Across:
        days = self.back if self.unit == "days" else self.delay_days
        return Across(by=self.by, time=self.time, delay_days=days)

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        earlier = {self._name(name): known[name] for name in self.columns if name in known}
        return {**super().units(known), **earlier}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        past = Past.of(table, self.across())
        columns = tuple(dict.fromkeys(self.columns))
        past = past.then(**{f"now{i}": past.column(name) for i, name in enumerate(columns)})
        place = past["seen"] - (self.back - 1 if self.unit == "rows" else 0)
        past = past.at(place, **{f"then{i}": f"now{i}" for i in range(len(columns))})
        made = {self._name(name): past[f"then{i}"] for i, name in enumerate(columns)}
        return past.finish(table.columns, made)

    def sentence(self) -> str:
        what = " and ".join(map(repr, self.columns))
        if self.unit == "days":
            return f"Take {what} as it was {self.back:,} days before, {told(_timed(self))}."
        rows = "1 row" if self.back == 1 else f"{self.back:,} rows"
        return f"Take {what} of {rows} before, {told(self.across())}."

    def _name(self, column: str) -> str:
        return self.prefix + called(f"{column}_{self.back}_{self.unit}_ago", self.across())


def _timed(step: LagValues) -> Across:
    return step.across().model_copy(update={"delay_days": 0})  # so many days back is said already
