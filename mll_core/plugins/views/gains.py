"""Lift and gain."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.task import Floats, Task
from mll_core.domain.view import Seen, View
from mll_core.infra import curve_bands

TENTH = 0.1


class Gains(View):
    """Of the cases with the highest scores: the share of all positives found among them (gain),
    and how many times more than by a random choice (lift). Bands hold each point in 95 of 100
    tests: percentiles of the bootstrap, by group or block where the split is, and nowhere narrower
    than Wilson's interval.
    """

    label: ClassVar[str] = "Lift and gain"
    kind: Literal["gains"] = "gains"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    place: ClassVar[int] = 20
    asks: ClassVar[str] = "If only the highest scores are acted on, how many positives are found?"

    def look(self, seen: Seen) -> Sheet:
        cases = seen.cases("test")
        if cases is None or not (cases.truth == 1).any():
            raise NotReady("No test row is positive.", hint="Collect more rows.")
        band = curve_bands.gain(seen.draws("test"), cases.score[:, 1], cases.truth == 1)
        gain, lift = _line(band, np.ones(len(band.x))), _line(band, cases.n / band.counts)
        chance = Series(name="random", x=(0.0, 1.0), y=(0.0, 1.0), look="dash")
        even = Series(name="random", x=(0.0, 1.0), y=(1.0, 1.0), look="dash")
        share = "Share of cases acted on"
        tenth = int(np.argmin(np.abs(band.x - TENTH)))
        said = (
            f"The tenth with the highest scores holds {curve_bands.told(gain, TENTH)} of all "
            f"positives, {lift.y[tenth]:.1f} ({lift.low[tenth]:.1f} to {lift.high[tenth]:.1f}) "
            "times as many as a random tenth."
        )
        return Sheet(
            sentences=(said,),
            plots=(
                Plot(title="Gain", x_label=share, y_label="Positives found", series=(gain, chance)),
                Plot(title="Lift", x_label=share, y_label="Times chance", series=(lift, even)),
            ),
            stamp=seen.stamp("test"),
        )


def _line(band: curve_bands.Band, times: Floats) -> Series:
    return Series(
        name="this model",
        x=tuple(band.x.tolist()),
        y=tuple((band.y * times).tolist()),
        low=tuple((band.low * times).tolist()),
        high=tuple((band.high * times).tolist()),
        counts=tuple(band.counts.tolist()),
    )
