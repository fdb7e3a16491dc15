"""What moves its answers."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from mll_core.domain.report import Stamp
from mll_core.domain.sheet import Grid, Plot, Series, Sheet
from mll_core.domain.view import Seen, View

if TYPE_CHECKING:
    from mll_core.infra.explainer import Effects

DIGITS = 12
"""What is less is the noise of sums."""
DRAWN = 15
Z = 1.959963984540054


class Moves(View):
    """SHAP values: each answer is shared out among its columns so that the shares add up to it;
    here their average size, with columns that go together as one. Exact for everything made of
    trees; else averaged over orders of columns, and the error of that is told.
    """

    label: ClassVar[str] = "What moves its answers"
    kind: Literal["moves"] = "moves"
    place: ClassVar[int] = 33
    heavy: ClassVar[bool] = True
    ahead: ClassVar[bool] = True
    asks: ClassVar[str] = "Which columns push an answer up or down, and how far?"

    def look(self, seen: Seen) -> Sheet:
        from mll_core.infra import explainer, kinship, lineage

        ground = seen.ground(10_000)
        most = explainer.affordable(ground.model, seen.document.evaluate.explain_rows)
        rows = ground.rows.head(most)
        found = explainer.explain(ground.model, ground.usual, rows)
        raw = lineage.raw(found, lineage.origins(ground.model, ground.usual))
        there = [name for name in raw.sources if name in ground.usual]
        groups = kinship.groups(ground.usual, there)
        groups += [(name,) for name in raw.sources if name not in there]
        together = lineage.summed(raw, groups)
        stamp = ground.stamp.model_copy(
            update={"rows": len(rows), "of": ground.stamp.of or ground.stamp.rows}
        )
        return _sheet(together, stamp)


def _sheet(found: "Effects", stamp: Stamp) -> Sheet:
    size, names = np.abs(found.values), found.sources
    mean, half = size.mean(axis=0), Z * size.std(axis=0) / np.sqrt(len(size))
    off = np.zeros_like(mean) if found.error is None else found.error.mean(axis=0).round(DIGITS)
    order = np.argsort(-mean, kind="stable")
    top = order[:DRAWN][::-1]
    bars = Series(
        name="Average effect",
        x=tuple(names[at] for at in top),
        y=tuple(float(mean[at]) for at in top),
        low=tuple(float(max(0.0, mean[at] - half[at])) for at in top),
        high=tuple(float(mean[at] + half[at]) for at in top),
        look="bars",
    )
    label = f"Average effect on the answer ({found.unit})"
    heads = ("Column", label, "± by the rows drawn", "± of one value, by sampling")
    rows = tuple((names[at], *(float(one[at]) for one in (mean, half, off))) for at in order)
    grid = Grid(title="Every column, those that go together as one", columns=heads, rows=rows)
    plot = Plot(title="Who moves it", x_label="", y_label=label, series=(bars,))
    said = (
        f"{names[order[0]]} moves the answers most: by {mean[order[0]]:.3g} {found.unit} on "
        "average.",
        f"How it was worked out: {found.method}. {_sampled(found.exact, off)}",
    )
    return Sheet(sentences=said, plots=(plot,), grids=(grid,), stamp=stamp)


def _sampled(exact: bool, off: "np.ndarray") -> str:
    if exact:
        return "Nothing is sampled, so these values have no error of their own."
    if not np.isfinite(off).all():
        return "One pair of orders was affordable, so the error is not known."
    if not off.any():
        return "All orders that were drawn say the same of each value."
    return f"A single value is off by {off.max():.2g} at most on average (one standard error)."
