"""What it relies on."""

import math
from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.ground import Ground
from mll_core.domain.metric import Metric
from mll_core.domain.sheet import Grid, Plot, Series, Sheet
from mll_core.domain.training import Interval
from mll_core.domain.view import Seen, View

MOST_ROWS, MOST_COLUMNS, DRAWN = 2_000, 60, 15
DIGITS = 12
"""What is less is the noise of sums."""
_T = 2.776
"""Student's t for five repeats, 95 %."""


class ReliesOn(View):
    """Permutation importance: the values of a column, and of those that go together with it (0.7 of
    1 on average), come from other rows, five times, and the metric is measured anew. The interval
    counts the rows and the repeats. A column that another can stand in for looks less needed than
    it is; that is why such columns are exchanged together.
    """

    label: ClassVar[str] = "What it relies on"
    kind: Literal["relies_on"] = "relies_on"
    place: ClassVar[int] = 32
    heavy: ClassVar[bool] = True
    ahead: ClassVar[bool] = True
    asks: ClassVar[str] = "How much worse would it be without what a column says?"

    def look(self, seen: Seen) -> Sheet:
        from mll_core.infra import kinship

        ground = seen.ground(MOST_ROWS)
        names = [name for name in ground.model.inputs if name in ground.rows][:MOST_COLUMNS]
        groups = kinship.groups(ground.usual, names)
        found = {}
        for number, group in enumerate(groups):
            seen.progress(0.1 + 0.9 * number / len(groups), f"Exchanging {kinship.named(group)}")
            found[kinship.named(group)] = lost(ground, group, seen.metric)
        ranked = sorted(found.items(), key=lambda pair: -pair[1].value)
        return _sheet(ground, seen.metric, ranked)


def lost(ground: Ground, group: tuple[str, ...], metric: Metric) -> Interval:
    """How much worse the metric gets, with its 95 % interval; below 0: better by chance."""
    from mll_core.infra import shuffling

    by = shuffling.orders(len(ground.rows), shuffling.REPEATS, 0)
    plain = ground.model.predictions(ground.rows)
    worse = shuffling.exchanged(ground.model.predictions, ground.rows, group, by)
    turn = 1.0 if metric.greater_is_better else -1.0
    falls = np.array([turn * (metric.score(plain) - metric.score(one)) for one in worse])
    rows = ground.draws.difference(metric, plain, worse[0])
    value, noise = (
        round(float(falls.mean()), DIGITS),
        _T * float(falls.std(ddof=1)) / math.sqrt(len(falls)),
    )
    low = math.hypot(rows.value - rows.low, noise)
    high = math.hypot(rows.high - rows.value, noise)
    return Interval(value=value, low=value - low, high=value + high, n=len(ground.rows))


def _sheet(ground: Ground, metric: Metric, ranked: list[tuple[str, Interval]]) -> Sheet:
    needed = [(name, one) for name, one in ranked if one.low > 0]
    spare = [name for name, one in ranked if one.low <= 0]
    said = []
    if needed:
        name, most = needed[0]
        said.append(
            f"It relies most on {name}: without what it says, {metric.label} is {most.value:.3g} "
            f"worse ({most.low:.3g} to {most.high:.3g})."
        )
    else:
        said.append(f"No column alone is shown to be needed for {metric.label}.")
    if spare and needed:
        said.append(f"Not shown to be needed: {', '.join(spare[:5])}{_more(len(spare) - 5)}.")
    top = ranked[:DRAWN][::-1]
    bars = Series(
        name=f"Worse in {metric.label}",
        x=tuple(name for name, _ in top),
        y=tuple(one.value for _, one in top),
        low=tuple(one.low for _, one in top),
        high=tuple(one.high for _, one in top),
        look="bars",
    )
    grid = Grid(
        title="Every column, those that go together as one",
        columns=("Column", f"Worse in {metric.label}", "Low", "High"),
        rows=tuple((name, one.value, one.low, one.high) for name, one in ranked),
    )
    plot = Plot(title="Without it", x_label="", y_label=f"Worse in {metric.label}", series=(bars,))
    return Sheet(sentences=tuple(said), plots=(plot,), grids=(grid,), stamp=ground.stamp)


def _more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""
