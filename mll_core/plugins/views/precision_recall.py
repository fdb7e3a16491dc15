"""Precision and recall."""

from typing import ClassVar, Literal

from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.task import Task
from mll_core.domain.view import Seen, View
from mll_core.infra import curve_bands

AT = 0.8


class PrecisionRecall(View):
    """The share of calls that are right at every share of positives found. The band holds each
    point in 95 of 100 tests: percentiles of the bootstrap, by group or block where the split is,
    and nowhere narrower than Wilson's interval.
    """

    label: ClassVar[str] = "Precision and recall"
    kind: Literal["precision_recall"] = "precision_recall"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    place: ClassVar[int] = 16
    asks: ClassVar[str] = "The more positives it is to find, how many of its calls are still right?"

    def look(self, seen: Seen) -> Sheet:
        lines = curve_bands.each(seen, curve_bands.precision_recall)
        said = tuple(
            f"To find {100 * AT:.0f} % of {line.name!r}, of its calls "
            f"{curve_bands.told(line, AT)} are right."
            for line in lines
        )
        others: tuple[Series, ...] = ()
        cases = seen.cases("test")
        if cases is not None and len(lines) == 1:
            usual = float((cases.truth == 1).mean())
            others = (Series(name="a coin", x=(0.0, 1.0), y=(usual, usual), look="dash"),)
        plot = Plot(
            title="Precision and recall",
            x_label="Positives found",
            y_label="Calls that are right",
            series=(*lines, *others),
        )
        return Sheet(sentences=said, plots=(plot,), stamp=seen.stamp("test"))
