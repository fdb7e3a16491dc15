"""Learned, held out, tested."""

import math
from typing import ClassVar, Literal

from mll_core.domain.errors import NotReady
from mll_core.domain.gap import verdict
from mll_core.domain.metric import shown_with_interval
from mll_core.domain.sheet import Grid, Plot, Series, Sheet
from mll_core.domain.training import Interval
from mll_core.domain.view import Seen, View

LEARNED, HELD, TESTED = "learned from", "held out", "sealed test"


class Gap(View):
    """The primary metric on the rows it learned from, on held-out rows (means over folds, with the
    interval of the leaderboard) and on the sealed test (bootstrap), and whether it learned by
    heart: the gap against what it gains over the best baseline, and a z-test of held out against
    test.
    """

    label: ClassVar[str] = "Learned, held out, tested"
    kind: Literal["gap"] = "gap"
    place: ClassVar[int] = 39
    asks: ClassVar[str] = "Did it learn by heart, or does it hold on rows it never saw?"

    def look(self, seen: Seen) -> Sheet:
        cases, metric, winner = seen.cases("test"), seen.metric, seen.training.winner
        if cases is None or not cases.n:
            raise NotReady("There is no test row.", hint="Open the sealed test.")
        test = seen.draws("test").intervals({"it": metric}, cases)["it"]
        found = {LEARNED: Interval(value=winner.train_score, n=seen.training.rows)}
        found |= {HELD: winner.score, TESTED: test}
        known = {name: one for name, one in found.items() if not math.isnan(one.value)}
        plot = Plot(
            title=metric.label,
            x_label="",
            y_label=metric.label,
            series=tuple(_point(name, one) for name, one in known.items()),
        )
        rows = tuple(
            (name, shown_with_interval(one.value, one.low, one.high, metric.unit))
            for name, one in known.items()
        )
        return Sheet(
            findings=(verdict(seen.training, metric, test),),
            plots=(plot,),
            grids=(Grid(title="On which rows", columns=("Rows", metric.label), rows=rows),),
            stamp=seen.stamp("test"),
        )


def _point(name: str, one: Interval) -> Series:
    ends = () if math.isnan(one.low) or math.isnan(one.high) else (one.low, one.high)
    return Series(name=name, x=(name,), y=(one.value,), low=ends[:1], high=ends[1:], look="points")
