"""Fill missing values by time."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import AnyColumn, Columns, TimeColumn, holds
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.exact_sums import countable
from mll_core.domain.past import Past, told
from mll_core.domain.step import Across, Learned, Rows, Step
from mll_core.domain.topic import Topic

_DAY = 86_400e6


class FillByTime(Step):
    """Put an earlier or a later value wherever ``column`` has none.

    In: any ``column``; rows in the order of ``time``. Out: the same rows; numbers as float64. A
    missing value becomes the newest known one before (forward), the oldest known one after
    (backward), or for numbers what lies on the straight line between both by time (interpolate;
    nothing is put before the first or after the last). ``most_days``: only from values at most so
    many days away. Rows of one moment do not see each other; a row without a time is not filled and
    not seen. Backward and interpolate look ahead: a split by time refuses them. Learned: nothing;
    it runs once, before the split.
    """

    label: ClassVar[str] = "Fill missing values by time"
    topic: ClassVar[Topic] = Topic.MISSING
    also: ClassVar[str] = "impute empty null forward backward interpolate last known carry"
    rows: ClassVar[Rows] = "window"
    kind: Literal["fill_by_time"] = "fill_by_time"
    column: AnyColumn = Field(description="Column to fill")
    how: Literal["forward", "backward", "interpolate"] = Field(
        "forward", description="From the value before, the value after, or the line between both"
    )
    time: TimeColumn = Field(description="Column with the time that says which row is earlier")
    by: Columns = Field((), description="Only rows of the same, such as the customer; none: all")
    most_days: int | None = Field(
        None, ge=1, le=100_000, description="Values farther away are not used; none: any"
    )

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        if self.how == "interpolate" and not schema[self.column].is_numeric():
            message = (
                f"fill_by_time.how: {self.column!r} holds {holds(schema[self.column])}, no numbers."
            )
            raise WrongColumnKind(message, hint="Choose forward or backward.")

    @property
    def changes(self) -> frozenset[str]:
        return frozenset({self.column})

    def across(self) -> Across:
        return Across(by=self.by, time=self.time, ahead=self.how != "forward")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        past = Past.of(table, self.across())
        now = past.column(self.column)
        number = now.type().is_numeric()
        past = past.then(value=now.cast("float64") if number else now)
        if self.how == "interpolate":
            past = past.then(number=countable(past["value"]))
            past = past.nearest("number")
            past = past.then(low=past["found"], low_at=past["found_at"]).nearest(
                "number", ahead=True
            )
            put = _between(past, self._near)
        else:
            past = past.nearest("value", ahead=self.how == "backward")
            put = self._near(past, "found_at").ifelse(past["found"], None)
        return past.finish(table.columns, {self.column: ibis.coalesce(past["value"], put)})

    def sentence(self) -> str:
        from_ = {
            "forward": "the newest known value before",
            "backward": "the oldest known value after",
            "interpolate": "the line between the values before and after",
        }[self.how]
        near = f", at most {self.most_days:,} days away" if self.most_days else ""
        return f"Fill missing {self.column!r} with {from_}, {told(self.across())}{near}."

    def _near(self, past: Past, at: str) -> Any:
        """Whether a value of the moment ``at`` may be used."""
        if self.most_days is None:
            return ibis.literal(True)
        return past["moment"].delta(past[at], unit="microsecond").abs() <= self.most_days * _DAY


def _between(past: Past, near: Any) -> Any:
    low, high = past["low"], past["found"]
    whole = past["found_at"].delta(past["low_at"], unit="microsecond").cast("float64")
    gone = past["moment"].delta(past["low_at"], unit="microsecond").cast("float64")
    line = low + (high - low) * (gone / whole)
    return (near(past, "low_at") & near(past, "found_at")).ifelse(line, None)
