"""Calibration."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.histogram import even
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.task import Floats, Predictions, Task
from mll_core.domain.view import Seen, View
from mll_core.infra.shares import share

BINS = 10
CLEAR = 0.05


class Calibration(View):
    """In up to ten bins of as many rows: the share that really happened against the mean
    probability that was said, with Wilson's 95 % interval, by group or block where the split is.
    Of several classes, of the one that was said. Judged over all rows at once by Spiegelhalter's
    test (1986).
    """

    label: ClassVar[str] = "Calibration"
    kind: Literal["calibration"] = "calibration"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    place: ClassVar[int] = 17
    asks: ClassVar[str] = "When it says 70 %, does it happen in 70 of 100 cases?"

    def look(self, seen: Seen) -> Sheet:
        cases = seen.cases("test")
        if cases is None or not cases.n:
            raise NotReady("There is no test row.", hint="Collect more rows.")
        said, hit, name = _said(cases)
        bins = even(said, BINS)
        groups = seen.draws("test").groups
        of = [None if groups is None else groups[rows] for rows in bins]
        shares = [share(hit[rows] == 1, each) for rows, each in zip(bins, of, strict=True)]
        line = Series(
            name="this model",
            x=tuple(float(said[rows].mean()) for rows in bins),
            y=tuple(one.value for one in shares),
            low=tuple(one.low for one in shares),
            high=tuple(one.high for one in shares),
            counts=tuple(one.n for one in shares),
        )
        right = Series(name="right", x=(0.0, 1.0), y=(0.0, 1.0), look="dash")
        plot = Plot(
            title="Calibration",
            x_label="Probability that was said",
            y_label=f"Share that is {name}",
            series=(line, right),
        )
        told = (_judged(said, hit), _apart(line))
        return Sheet(sentences=told, plots=(plot,), stamp=seen.stamp("test"))


def _said(cases: Predictions) -> tuple[Floats, Floats, str]:
    if len(cases.classes) == 2:  # noqa: PLR2004
        return cases.score[:, 1], (cases.truth == 1).astype(float), cases.classes[1]
    best = cases.score.argmax(axis=1)
    return cases.score.max(axis=1), (best == cases.truth).astype(float), "what was said"


def _judged(said: Floats, hit: Floats) -> str:
    from scipy.special import ndtr

    away = 1 - 2 * said
    spread = float((away**2 * said * (1 - said)).sum()) ** 0.5
    if not spread > 0:
        return "All probabilities are 0, 1/2 or 1: nothing can be judged."
    z = float(((hit - said) * away).sum()) / spread
    p = float(2 * ndtr(-abs(z)))
    if p >= CLEAR:
        return (
            f"Its probabilities may be taken as they are: nothing speaks against it (p = {p:.2g})."
        )
    told = f"p = {p:.2g}" if p >= 1e-4 else "p < 0.0001"  # noqa: PLR2004
    return f"Its probabilities are off by more than chance makes them ({told})."


def _apart(line: Series) -> str:
    ends = zip(line.x, line.low, line.high, strict=True)
    outside = sum(not low <= x <= high for x, low, high in ends)
    mean = float(np.average(np.abs(np.subtract(line.x, line.y)), weights=line.counts))
    return (
        f"On average they are off by {100 * mean:.1f} points; in {outside} of {len(line.x)} bins "
        "the band misses what was said (1 in 20 would by chance)."
    )
