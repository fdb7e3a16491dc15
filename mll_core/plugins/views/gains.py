"""Lift and gain."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.task import Task
from mll_core.domain.view import Seen, View
from mll_core.infra.bootstrap import wilson

SHARES = np.linspace(0.02, 1, 50)
TENTH = 0.1


class Gains(View):
    """Of the cases with the highest scores: the share of all positives found among them (gain),
    and how many times more than by a random choice (lift). Bands by Wilson, point by point.
    """

    label: ClassVar[str] = "Lift and gain"
    kind: Literal["gains"] = "gains"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    place: ClassVar[int] = 20
    asks: ClassVar[str] = "If only the highest scores are acted on, how many positives are found?"

    def look(self, seen: Seen) -> Sheet:
        cases = seen.cases("test")
        if cases is None or not (positives := int((cases.truth == 1).sum())):
            raise NotReady("No test row is positive.", hint="Collect more rows.")
        order = np.argsort(-cases.score[:, 1], kind="stable")
        hits = np.cumsum(cases.truth[order] == 1)
        taken = np.maximum(1, np.round(SHARES * cases.n)).astype(int)
        found = [wilson(int(hits[n - 1]), positives) for n in taken]
        rates = [wilson(int(hits[n - 1]), int(n)) for n in taken]
        usual = positives / cases.n
        gain = Series(
            name="this model",
            x=tuple(SHARES.tolist()),
            y=tuple(one.value for one in found),
            low=tuple(one.low for one in found),
            high=tuple(one.high for one in found),
            counts=tuple(taken.tolist()),
        )
        chance = Series(name="random", x=(0.0, 1.0), y=(0.0, 1.0), look="dash")
        lift = Series(
            name="this model",
            x=tuple(SHARES.tolist()),
            y=tuple(one.value / usual for one in rates),
            low=tuple(one.low / usual for one in rates),
            high=tuple(one.high / usual for one in rates),
        )
        even = Series(name="random", x=(0.0, 1.0), y=(1.0, 1.0), look="dash")
        share = "Share of cases acted on"
        tenth = int(np.argmin(np.abs(SHARES - TENTH)))
        return Sheet(
            sentences=(
                f"The tenth with the highest scores holds {100 * gain.y[tenth]:.0f} % of all "
                f"positives, {lift.y[tenth]:.1f} times as many as a random tenth.",
            ),
            plots=(
                Plot(title="Gain", x_label=share, y_label="Positives found", series=(gain, chance)),
                Plot(title="Lift", x_label=share, y_label="Times chance", series=(lift, even)),
            ),
            stamp=seen.stamp("test"),
        )
