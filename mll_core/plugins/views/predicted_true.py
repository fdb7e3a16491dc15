"""Predicted and true."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.histogram import bars, even
from mll_core.domain.metric import shown
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.task import Codes, Floats, Predictions, Task
from mll_core.domain.view import Seen, View
from mll_core.infra.shares import share

BARS, POINTS, BINS = 30, 200, 10
MIDDLE = (0.1, 0.5, 0.9)
TARGET = "target"


class PredictedTrue(View):
    """What was said of numbers against what was true (200 rows by chance), how the errors lie, and
    the errors against what was said: in up to ten bins of as many rows the middle error and what
    eight of ten errors lie between. Shares with 95 % intervals by Wilson, by group or block where
    the split is.
    """

    label: ClassVar[str] = "Predicted and true"
    kind: Literal["predicted_true"] = "predicted_true"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    place: ClassVar[int] = 6
    told: ClassVar[bool] = True
    asks: ClassVar[str] = "How far off is it, and is it more so where it says much or little?"

    def look(self, seen: Seen) -> Sheet:
        cases, groups = seen.cases("test"), seen.draws("test").groups
        if cases is None or not cases.n:
            raise NotReady("There is no test row.", hint="Open the sealed test.")
        error = cases.score - cases.truth
        over = share(error > 0, groups)
        low, high = map(float, np.quantile(error, [MIDDLE[0], MIDDLE[2]]))
        said = (
            f"Eight of ten errors lie between {shown(low, TARGET)} and {shown(high, TARGET)} "
            f"(predicted minus true); it says too much in {100 * over.value:.0f} % of the rows "
            f"({100 * over.low:.0f} to {100 * over.high:.0f})."
        )
        cloud = _cloud(cases, seen.document.evaluate.seed)
        plots = (cloud, _spread(error, groups), _by_size(cases))
        return Sheet(sentences=(said,), plots=plots, stamp=seen.stamp("test"))


def _cloud(cases: Predictions, seed: int) -> Plot:
    draw = np.random.default_rng(seed)
    some = np.sort(draw.choice(cases.n, min(POINTS, cases.n), replace=False))
    said, true = _floats(cases.score[some]), _floats(cases.truth[some])
    ends = (min(said), max(said))
    rows = Series(name=f"{len(some)} rows", x=said, y=true, look="points")
    same = Series(name="no error", x=ends, y=ends, look="dash")
    title = "Predicted and true"
    return Plot(title=title, x_label="Predicted", y_label="True", series=(rows, same))


def _spread(error: Floats, groups: Codes | None) -> Plot:
    low, high = np.quantile(error, [0.005, 0.995])
    edges, codes = bars(error, float(low), float(high), BARS)
    found = [share(codes == bar, groups) for bar in range(BARS)]
    line = Series(
        name="errors",
        x=_floats((edges[1:] + edges[:-1]) / 2),
        y=tuple(one.value for one in found),
        low=tuple(one.low for one in found),
        high=tuple(one.high for one in found),
        counts=tuple(np.bincount(codes[codes >= 0], minlength=BARS).tolist()),
    )
    label = "Predicted - true"
    return Plot(title="Errors", x_label=label, y_label="Share of rows", series=(line,))


def _by_size(cases: Predictions) -> Plot:
    parts, error = even(cases.score, BINS), cases.score - cases.truth
    levels = np.array([np.quantile(error[part], MIDDLE) for part in parts])
    line = Series(
        name="middle error",
        x=_floats(np.array([cases.score[part].mean() for part in parts])),
        y=_floats(levels[:, 1]),
        low=_floats(levels[:, 0]),
        high=_floats(levels[:, 2]),
        counts=tuple(len(part) for part in parts),
    )
    label = "Predicted - true (10th to 90th percentile)"
    return Plot(title="Errors by prediction", x_label="Predicted", y_label=label, series=(line,))


def _floats(values: Floats | Codes) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
