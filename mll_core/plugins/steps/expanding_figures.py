"""Sum up everything before."""

from typing import ClassVar, Literal

from mll_core.domain.figures_of_past import FiguresOfPast
from mll_core.domain.past import told
from mll_core.domain.topic import Topic


class ExpandingFigures(FiguresOfPast):
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
    kind: Literal["expanding_figures"] = "expanding_figures"

    def reach(self) -> tuple[str, int | None, int | None]:
        return "before", None, None

    def sentence(self) -> str:
        what, figures = " and ".join(map(repr, self.columns)), " and ".join(self.figures)
        return f"Make the {figures} of {what} over all rows before, {told(self.across())}."
