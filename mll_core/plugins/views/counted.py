"""How often each count comes."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.task import Floats, Task
from mll_core.domain.training import Interval
from mll_core.domain.view import Seen, View
from mll_core.infra.shares import mean, share

MOST = 20
"""Counts that are told one by one; larger ones together."""
TAIL = 0.995


class Counted(View):
    """How often each count came, with 95 % intervals by Wilson, beside how often it would if counts
    strayed from what was said by chance alone (Poisson). How much further they stray is the mean
    of (true - said)^2 / said, 1 for chance alone. By group or block where the split is.

    Source: Kleiber & Zeileis (2016), Visualizing Count Data Regressions Using Rootograms.
    """

    label: ClassVar[str] = "How often each count comes"
    kind: Literal["counted"] = "counted"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    asked_by: ClassVar[str] = "count"
    place: ClassVar[int] = 7
    asks: ClassVar[str] = "Does each count come as often as the model makes one expect?"

    def look(self, seen: Seen) -> Sheet:
        self.refuse_unsuited(seen)
        cases, groups = seen.cases("test"), seen.draws("test").groups
        if cases is None or cases.n <= 1:
            raise NotReady("There are too few test rows.", hint="Open the sealed test.")
        true = np.asarray(cases.truth, np.float64)
        said = np.maximum(np.asarray(cases.score, np.float64), 1e-9)
        last = int(min(MOST, max(1, np.quantile(true, TAIL))))
        expected = _expected(said, last)
        found = [share(true == k, groups) for k in range(last)] + [share(true >= last, groups)]
        names = (*map(str, range(last)), f"{last} or more")
        seen_line = Series(
            name="came",
            x=names,
            y=tuple(one.value for one in found),
            low=tuple(one.low for one in found),
            high=tuple(one.high for one in found),
            counts=tuple(round(one.value * cases.n) for one in found),
            look="points",
        )
        by_chance = Series(name="expected", x=names, y=tuple(map(float, expected)), look="dash")
        strays = mean((true - said) ** 2 / said, groups)
        return Sheet(
            sentences=(_of_zero(found[0], float(expected[0])), _of_straying(strays)),
            plots=(
                Plot(
                    title="Counts that came and that were to be expected",
                    x_label="Count",
                    y_label="Share of rows",
                    series=(seen_line, by_chance),
                ),
            ),
            stamp=seen.stamp("test"),
        )


def _expected(said: Floats, last: int) -> Floats:
    """The share of each count below ``last``, and of all from it on."""
    from scipy.stats import poisson

    single = np.array([poisson.pmf(k, said).mean() for k in range(last)])
    return np.append(single, max(0.0, 1 - float(single.sum())))


def _of_zero(came: Interval, expected: float) -> str:
    told = f"{100 * came.value:.1f} % of the rows ({100 * came.low:.1f} to {100 * came.high:.1f})"
    said = f"0 came in {told}; {100 * expected:.1f} % were to be expected"
    if came.low <= expected <= came.high:
        return f"{said}, which agrees."
    more = "more" if came.low > expected else "fewer"
    return f"{said}: {more} zeros than what was said makes one expect."


def _of_straying(found: Interval) -> str:
    told = f"{found.value:.2f} times as far as chance alone ({found.low:.2f} to {found.high:.2f})"
    if found.low > 1:
        return f"Counts stray {told}: something that the model does not see moves them too."
    return f"Counts stray {told}."
