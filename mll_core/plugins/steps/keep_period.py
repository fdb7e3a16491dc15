"""Keep a period of time."""

from datetime import datetime
from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, field_validator, model_validator

from mll_core.domain.columns import TimeColumn
from mll_core.domain.counting_back import CountingBack
from mll_core.domain.provenance import SIDES, parted
from mll_core.domain.step import Across, Learned
from mll_core.domain.topic import Topic


class KeepPeriod(CountingBack):
    """Keep the rows of a period: from a date, to a date, or the newest days.

    In: a date or time ``column``. Out: the same columns, at most as many rows, in their order; rows
    without a date go. ``to`` is not included; the newest days count back from the newest row, where
    rows are parted before, of each part. Learned: nothing; it runs once, before the split.
    """

    label: ClassVar[str] = "Keep a period of time"
    topic: ClassVar[Topic] = Topic.ROWS
    also: ClassVar[str] = "filter dates window between since recent newest days last year"
    kind: Literal["keep_period"] = "keep_period"
    column: TimeColumn = Field(description="Column with dates")
    start: str | None = Field("2000-01-01", description="From this day on, such as 2024-01-01")
    to: str | None = Field(None, description="Up to this day, not included")
    newest_days: int | None = Field(None, ge=1, le=100_000, description="Only so many newest days")

    @field_validator("start", "to")
    @classmethod
    def _a_day(cls, day: str | None) -> str | None:
        if day is not None:
            try:
                datetime.fromisoformat(day)
            except ValueError as error:
                raise ValueError(f"{day!r} is no day; write it as 2024-01-31") from error
        return day

    @model_validator(mode="after")
    def _something(self) -> "KeepPeriod":
        if self.start is None and self.to is None and self.newest_days is None:
            raise ValueError("give start, to or newest_days")
        return self

    def across(self) -> Across | None:
        return None if self.newest_days is None else Across(time=self.column, ahead=True)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        moment = table[self.column].cast("timestamp(6)")
        kept = moment.notnull()
        if self.start is not None:
            kept &= moment >= ibis.timestamp(datetime.fromisoformat(self.start).isoformat())
        if self.to is not None:
            kept &= moment < ibis.timestamp(datetime.fromisoformat(self.to).isoformat())
        if self.newest_days is not None:
            kept &= moment > self._newest(table, moment) - ibis.interval(days=self.newest_days)
        return table.filter(kept)

    def _newest(self, table: ir.Table, moment: Any) -> Any:
        if self._of_all is not None:
            return ibis.timestamp(self._of_all.isoformat())
        parts = parted(table)
        if not parts:
            return moment.max().as_scalar()
        # Not a window over the parts: it would lose the order of the rows.
        side = table[parts[0]]
        there = ((side == n, moment.max(where=side == n).as_scalar()) for n in range(SIDES))
        return ibis.cases(*there)

    def sentence(self) -> str:
        parts = [f"from {self.start}" if self.start else "", f"before {self.to}" if self.to else ""]
        parts += [f"in the newest {self.newest_days:,} days" if self.newest_days else ""]
        return f"Keep only rows with {self.column!r} {' and '.join(filter(None, parts))}."
