"""ROC."""

from typing import ClassVar, Literal

from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.task import Task
from mll_core.domain.view import Seen, View
from mll_core.infra import curve_bands

AT = 0.1


class Roc(View):
    """The share of positives found at every share of negatives wrongly called. The band holds each
    point in 95 of 100 tests: percentiles of the bootstrap, by group or block where the split is,
    and nowhere narrower than Wilson's interval.
    """

    label: ClassVar[str] = "ROC"
    kind: Literal["roc"] = "roc"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    place: ClassVar[int] = 15
    asks: ClassVar[str] = "How many positives does it find, at the price of how many false alarms?"

    def look(self, seen: Seen) -> Sheet:
        lines = curve_bands.each(seen, curve_bands.roc)
        said = tuple(
            f"Calling {100 * AT:.0f} % of the others wrongly, it finds "
            f"{curve_bands.told(line, AT)} of {line.name!r}."
            for line in lines
        )
        others = (Series(name="a coin", x=(0.0, 1.0), y=(0.0, 1.0), look="dash"),)
        plot = Plot(
            title="ROC",
            x_label="Negatives wrongly called",
            y_label="Positives found",
            series=(*lines, *others),
        )
        return Sheet(sentences=said, plots=(plot,), stamp=seen.stamp("test"))
