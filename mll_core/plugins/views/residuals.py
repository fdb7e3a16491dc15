"""Errors by column."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.bins import Parts
from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Grid, Plot, Series, Sheet
from mll_core.domain.significance import alike, benjamini_hochberg
from mll_core.domain.task import Codes, Floats, Predictions, Task
from mll_core.domain.training import Interval
from mll_core.domain.view import Seen, View
from mll_core.infra.shares import mean

DRAWN, PARTS, FEWEST = 4, 8, 20
FEWEST_GROUPS = 5
"""Fewer do not tell how far groups are apart; one alone would seem to have no error at all."""
LEVEL = 0.05


class Residuals(View):
    """What is true minus what was said (for classes: minus the probability), on average in each
    part of each column, with 95 % intervals (Student's t, by group or block where the split is).
    Cochran's Q asks whether it depends on the column; Benjamini and Hochberg's correction counts
    the columns.
    """

    label: ClassVar[str] = "Errors by column"
    kind: Literal["residuals"] = "residuals"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.REGRESSION})
    place: ClassVar[int] = 31
    asks: ClassVar[str] = "Does it say too much or too little where a column has some value?"

    def look(self, seen: Seen) -> Sheet:
        cases = seen.cases("test")
        if cases is None or not seen.columns:
            raise NotReady("There is no column to look at.", hint="Open the sealed test.")
        left, groups = _left(cases), seen.draws("test").groups
        found = []
        for number, name in enumerate(seen.columns):
            seen.progress(number / len(seen.columns), f"Looking at {name}")
            found.append(_column(Parts.of(seen.column(name, "test"), PARTS), left, groups))
        p = benjamini_hochberg([1.0 if math.isnan(one.p) else one.p for one in found])
        ranked = sorted(zip(p, found, strict=True), key=lambda pair: (pair[0], -pair[1].most))
        sure = [one.parts.column for chance, one in ranked if chance < LEVEL]
        listed = ", ".join(map(repr, sure[:DRAWN]))
        said = (
            f"It is off in a way that depends on {listed} (Cochran's Q, p < 0.05 after Benjamini "
            f"and Hochberg over {len(found)} columns)."
            if sure
            else f"In none of {len(found)} columns does the error depend on the value beyond "
            "chance (Cochran's Q, Benjamini and Hochberg)."
        )
        return Sheet(
            sentences=(said,),
            plots=tuple(one.plot() for _, one in ranked[:DRAWN]),
            grids=(
                Grid(
                    title="Every column",
                    columns=("Column", "Largest mean error", "p, corrected"),
                    rows=tuple((o.parts.column, float(o.most), float(c)) for c, o in ranked),
                ),
            ),
            stamp=seen.stamp("test"),
        )


def _left(cases: Predictions) -> Floats:
    if cases.classes:
        return np.asarray((cases.truth == 1) - cases.score[:, 1], np.float64)
    return np.asarray(cases.truth - cases.score, np.float64)


@dataclass(frozen=True, eq=False)
class _Column:
    parts: Parts
    means: dict[str, Interval]
    p: float

    @property
    def most(self) -> float:
        return max((abs(one.value) for one in self.means.values()), default=0.0)

    def plot(self) -> Plot:
        values = self.means.values()
        line = Series(
            name="mean error",
            x=tuple(self.means),
            y=tuple(one.value for one in values),
            low=tuple(one.low for one in values),
            high=tuple(one.high for one in values),
            counts=tuple(one.n for one in values),
            look="points",
        )
        name = self.parts.column
        return Plot(title=f"By {name}", x_label=name, y_label="True - said", series=(line,))


def _column(parts: Parts, left: Floats, groups: Codes | None) -> _Column:
    means = {}
    for code, name in enumerate(parts.names):
        inside = parts.codes == code
        mine, of = left[inside], None if groups is None else groups[inside]
        if len(mine) >= FEWEST and (of is None or len(np.unique(of)) >= FEWEST_GROUPS):
            means[name] = mean(mine, of)
    return _Column(parts, means, alike(list(means.values())))
