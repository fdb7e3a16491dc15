"""Errors in percent."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.histogram import even
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.task import Codes, Floats, Task
from mll_core.domain.view import Seen, View
from mll_core.infra.shares import share

LEVELS = np.linspace(0.01, 0.99, 99)
PARTS = 5
NEAR = 0.2


class InPercent(View):
    """True divided by said: its levels against those of a gamma distribution with the same mean
    and spread, which is what the gamma deviance takes for granted; and in five parts by what was
    said the share that is off by at most 20 %, with 95 % intervals by Wilson, by group or block
    where the split is.
    """

    label: ClassVar[str] = "Errors in percent"
    kind: Literal["in_percent"] = "in_percent"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    asked_by: ClassVar[str] = "skewed"
    place: ClassVar[int] = 7
    asks: ClassVar[str] = "By how many percent is it off, and as much for small as for large ones?"

    def look(self, seen: Seen) -> Sheet:
        self.refuse_unsuited(seen)
        cases, groups = seen.cases("test"), seen.draws("test").groups
        if cases is None or not (known := np.asarray(cases.score > 0)).any():
            raise NotReady("No test row has a prediction above 0.", hint="Open the sealed test.")
        said = np.asarray(cases.score, np.float64)[known]
        ratio = np.asarray(cases.truth, np.float64)[known] / said
        of = None if groups is None else groups[known]
        near = share(np.abs(ratio - 1) <= NEAR, of)
        low, high = np.quantile(ratio, [0.1, 0.9])
        sentences = [
            f"{100 * near.value:.0f} % of the answers ({100 * near.low:.0f} to "
            f"{100 * near.high:.0f}) are off by at most {100 * NEAR:.0f} %.",
            f"Eight of ten lie between {low:.2f} and {high:.2f} times what was said.",
        ]
        if (~known).any():
            sentences.append(f"{int((~known).sum()):,} rows with a prediction of 0 are left out.")
        plots = (_levels(ratio), _by_size(ratio, said, of))
        return Sheet(sentences=tuple(sentences), plots=plots, stamp=seen.stamp("test"))


def _levels(ratio: Floats) -> Plot:
    """The levels of the ratio beside those of the gamma distribution."""
    from scipy.stats import gamma

    middle, spread = float(ratio.mean()), float(ratio.var())
    shape = middle**2 / spread if spread > 0 else 1e6
    wanted = gamma.ppf(LEVELS, shape, scale=middle / shape)
    came = Series(name="true / said", x=_floats(wanted), y=_floats(np.quantile(ratio, LEVELS)))
    ends = (float(wanted[0]), float(wanted[-1]))
    same = Series(name="a gamma distribution", x=ends, y=ends, look="dash")
    return Plot(
        title="True divided by said, level by level",
        x_label="As a gamma distribution has it",
        y_label="As it came",
        series=(came, same),
    )


def _by_size(ratio: Floats, said: Floats, groups: Codes | None) -> Plot:
    parts = even(said, PARTS)
    found = [
        share(np.abs(ratio[at] - 1) <= NEAR, None if groups is None else groups[at]) for at in parts
    ]
    line = Series(
        name="off by at most 20 %",
        x=tuple(f"{said[at].min():.3g} to {said[at].max():.3g}" for at in parts),
        y=tuple(one.value for one in found),
        low=tuple(one.low for one in found),
        high=tuple(one.high for one in found),
        counts=tuple(one.n for one in found),
        look="points",
    )
    title = "Small and large ones"
    label = "Share off by at most 20 %"
    return Plot(title=title, x_label="What was said", y_label=label, series=(line,))


def _floats(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
