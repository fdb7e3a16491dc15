"""Learning curve."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.view import Seen, View

if TYPE_CHECKING:
    from mll_core.domain.document import Document
    from mll_core.domain.training import Training


class LearningCurve(View):
    """What the winner reached on held-out rows when it learned from fewer rows, and the slope of
    its last doubling with the 95 % interval of what was gained there, fold by fold.
    """

    label: ClassVar[str] = "Learning curve"
    kind: Literal["learning_curve"] = "learning_curve"
    place: ClassVar[int] = 40
    asks: ClassVar[str] = "Would more rows of the same kind make it better?"

    def suits(self, document: "Document", training: "Training") -> bool:
        return len(training.learning_curve) > 1

    def look(self, seen: Seen) -> Sheet:
        points = seen.training.learning_curve
        if len(points) <= 1:
            raise NotReady("No learning curve was measured.", hint="Give training more time.")
        label = seen.metric.label
        line = Series(
            name="held-out rows",
            x=tuple(point.rows for point in points),
            y=tuple(point.score.value for point in points),
            low=tuple(point.score.low for point in points),
            high=tuple(point.score.high for point in points),
        )
        rise = seen.training.rise(1 if seen.metric.greater_is_better else -1)
        told = seen.training.rows_help
        within = f" (95 %: {rise.low:.3g} to {rise.high:.3g})" if rise.low <= rise.high else ""
        said = [f"{label} gets better by {rise.value:.3g}{within} per doubling of the rows."]
        said += [told.sentence] if told else []
        plot = Plot(
            title="Learning curve", x_label="Rows learned from", y_label=label, series=(line,)
        )
        whole = all(np.isfinite([*line.low, *line.high]))
        plot = plot if whole else plot.model_copy(update={"series": (_bare(line),)})
        return Sheet(sentences=tuple(said), plots=(plot,), stamp=seen.stamp("held"))


def _bare(line: Series) -> Series:
    return line.model_copy(update={"low": (), "high": ()})
