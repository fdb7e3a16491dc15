"""Robustness."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady, UnfitRows
from mll_core.domain.sheet import Grid, Plot, Series, Sheet
from mll_core.domain.task import Predictions
from mll_core.domain.training import Interval
from mll_core.domain.view import Seen, View

MOST_ROWS, MOST_COLUMNS, DRAWN = 2_000, 40, 12
Harmed = tuple[str, str, Interval | None]


class Robustness(View):
    """One column at a time is harmed in the raw rows: all values missing, noise of half its
    standard deviation (or a fifth of its values exchanged), shifted by one standard deviation,
    told in another unit (a thousand times as much), a category never seen. The metric's fall is
    paired on the same rows, with its 95 % interval.
    """

    label: ClassVar[str] = "Robustness"
    kind: Literal["robustness"] = "robustness"
    place: ClassVar[int] = 36
    heavy: ClassVar[bool] = True
    asks: ClassVar[str] = (
        "How far does it fall when a column comes in broken, and which hurts most?"
    )

    def look(self, seen: Seen) -> Sheet:
        from mll_core.infra import harms

        cases = seen.cases("test")
        if cases is None or not seen.columns:
            raise NotReady("There are no predictions.", hint="Open the sealed test.")
        draw = np.random.default_rng(seen.document.evaluate.seed)
        mask = np.zeros(cases.n, dtype=bool)
        mask[draw.permutation(cases.n)[:MOST_ROWS]] = True
        frame, columns = seen.rows(mask, "test"), seen.columns[:MOST_COLUMNS]
        plain, draws = seen.score(frame), seen.draws("test").take(mask)
        found: list[Harmed] = []
        for number, name in enumerate(columns):
            seen.progress(number / len(columns), f"Harming {name}")
            for what, harm in harms.of(frame[name]).items():
                changed = frame.assign(**{name: harm(frame[name], draw)})
                try:
                    worse = draws.difference(seen.metric, seen.score(changed), plain)
                except UnfitRows:
                    worse = None
                found.append((name, what, worse))
        return _sheet(seen, plain, found, int(mask.sum()) if mask.sum() < cases.n else None)


def _sheet(
    seen: Seen,
    plain: Predictions,
    found: "list[tuple[str, str, Interval | None]]",
    rows: int | None,
) -> Sheet:
    told = [(name, what, one) for name, what, one in found if one is not None]
    told.sort(key=lambda harm: harm[2].value)
    refused = [f"{name} {what}" for name, what, one in found if one is None]
    value, label = seen.metric.score(plain), seen.metric.label
    said = []
    if told and told[0][2].high < 0:
        name, what, worst = told[0]
        sign = 1 if seen.metric.greater_is_better else -1
        after = seen.metric.show(value + sign * worst.value)
        said.append(
            f"{name!r} would hurt most: {what}, {label} goes from {seen.metric.show(value)} "
            f"to {after} ({-worst.high:.3g} to {-worst.low:.3g} worse)."
        )
    else:
        said.append(f"No single broken column lowers {label} beyond chance.")
    if refused:
        said.append(f"Refused by the model's own check, so never answered wrongly: {refused[0]}.")
    top = [harm for harm in told[:DRAWN] if harm[2].value < 0][::-1]
    bars = Series(
        name=f"Worse in {label}",
        x=tuple(f"{name}: {what}" for name, what, _ in top),
        y=tuple(-one.value for *_, one in top),
        low=tuple(-one.high for *_, one in top),
        high=tuple(-one.low for *_, one in top),
        look="bars",
    )
    grid = Grid(
        title="Every harm",
        columns=("Column", "What happens", f"Change in {label}", "Low", "High"),
        rows=tuple((name, what, one.value, one.low, one.high) for name, what, one in told),
    )
    plot = Plot(title="What hurts", x_label="", y_label=f"Worse in {label}", series=(bars,))
    plots = (plot,) if top else ()
    stamp = seen.stamp("test", rows)
    return Sheet(sentences=tuple(said), plots=plots, grids=(grid,), stamp=stamp)
