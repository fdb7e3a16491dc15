"""Sum up the last rows or days."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from mll_core.domain.figures_of_past import FiguresOfPast
from mll_core.domain.past import told
from mll_core.domain.topic import Topic


class RollingFigures(FiguresOfPast):
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
    kind: Literal["rolling_figures"] = "rolling_figures"
    last: int = Field(3, ge=1, le=10_000, description="How many before")
    unit: Literal["rows", "days"] = Field("rows", description="Counted in")

    @model_validator(mode="after")
    def _something_is_known(self) -> "RollingFigures":
        if self.unit == "days" and self.last < self.delay_days:
            raise ValueError("last must reach at least as far as delay_days")
        return self

    def reach(self) -> tuple[str, int | None, int | None]:
        days, rows = (self.last if self.unit == unit else None for unit in ("days", "rows"))
        return f"last_{self.last}_{self.unit}", days, rows

    def sentence(self) -> str:
        what, figures = " and ".join(map(repr, self.columns)), " and ".join(self.figures)
        reach = f"{self.last:,} {self.unit} before, {told(self.across())}"
        return f"Make the {figures} of {what} over the {reach}."
