"""Whether the level that was asked for holds."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.bins import Parts
from mll_core.domain.document import Document
from mll_core.domain.errors import NotReady
from mll_core.domain.histogram import even
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.significance import beyond, error_of, holm
from mll_core.domain.task import Codes, Floats, Task
from mll_core.domain.training import Interval, Training
from mll_core.domain.view import Seen, View
from mll_core.infra.shares import share

PARTS, FEWEST = 5, 20
LEVEL = 0.05


class LevelHeld(View):
    """The share of rows whose truth is at most what was said, in all, by what was said and by
    protected column, with 95 % intervals by Wilson, by group or block where the split is. Holm's
    correction counts the parts.
    """

    label: ClassVar[str] = "Does the level hold"
    kind: Literal["level_held"] = "level_held"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    asked_by: ClassVar[str] = "quantile"
    place: ClassVar[int] = 7
    asks: ClassVar[str] = "Do as many cases stay below what was said as were asked for, everywhere?"

    def suits(self, document: Document, training: Training) -> bool:
        return document.brief.quantile is not None and training.task in self.tasks

    def look(self, seen: Seen) -> Sheet:
        self.refuse_unsuited(seen)
        cases, groups = seen.cases("test"), seen.draws("test").groups
        goal = seen.document.brief.quantile
        if cases is None or not cases.n or goal is None:
            raise NotReady("There is no test row.", hint="Open the sealed test.")
        below = np.asarray(cases.truth <= cases.score)
        whole = share(below, groups)
        said = (
            f"{100 * goal:g} % were asked for: {100 * whole.value:.1f} % of the {whole.n:,} rows "
            f"({100 * whole.low:.1f} to {100 * whole.high:.1f}) stay at or below what was said."
        )
        by = {"what was said": _sizes(np.asarray(cases.score, np.float64))}
        by |= {name: _levels(seen, name) for name in _protected(seen)}
        found = {name: _shares(below, parts, groups) for name, parts in by.items()}
        plots = tuple(_plot(name, shares, goal) for name, shares in found.items() if shares)
        return Sheet(sentences=(said, _apart(found, goal)), plots=plots, stamp=seen.stamp("test"))


Named = list[tuple[str, NDArray[np.int64]]]


def _sizes(said: Floats) -> Named:
    return [(f"{said[at].min():.3g} to {said[at].max():.3g}", at) for at in even(said, PARTS)]


def _protected(seen: Seen) -> Iterator[str]:
    return (name for name in seen.document.brief.protected if name in seen.columns)


def _levels(seen: Seen, name: str) -> Named:
    parts = Parts.of(seen.column(name, "test"))
    return [(part, np.flatnonzero(parts.codes == code)) for code, part in enumerate(parts.names)]


def _shares(below: NDArray[np.bool_], parts: Named, groups: Codes | None) -> dict[str, Interval]:
    return {
        name: share(below[at], None if groups is None else groups[at])
        for name, at in parts
        if len(at) >= FEWEST
    }


def _apart(found: dict[str, dict[str, Interval]], goal: float) -> str:
    """The parts in which it does not hold, all of them counted."""
    parts = [(f"{by}: {name}", one) for by, shares in found.items() for name, one in shares.items()]
    chances = [min(1.0, 2 * beyond(abs(one.value - goal) / error_of(one))) for _, one in parts]
    sure = [part for part, p in zip(parts, holm(chances), strict=True) if p < LEVEL]
    if not sure:
        return f"In none of {len(parts)} parts is it off beyond chance (Holm)."
    listed = "; ".join(f"{name} ({100 * one.value:.0f} %)" for name, one in sure)
    return f"It is off beyond chance (Holm, {len(parts)} parts) where {listed}."


def _plot(by: str, shares: dict[str, Interval], goal: float) -> Plot:
    values = shares.values()
    held = Series(
        name="held",
        x=tuple(shares),
        y=tuple(one.value for one in values),
        low=tuple(one.low for one in values),
        high=tuple(one.high for one in values),
        counts=tuple(one.n for one in values),
        look="points",
    )
    asked = Series(name="asked for", x=tuple(shares), y=(goal,) * len(shares), look="dash")
    label = "Share at or below what was said"
    return Plot(title=f"By {by}", x_label=by, y_label=label, series=(held, asked))
