"""Column by column."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.ground import Ground
from mll_core.domain.sheet import Grid, Plot, Series, Sheet
from mll_core.domain.task import Floats
from mll_core.domain.view import Seen, View

ROWS, MOST_COLUMNS, POINTS, LINES = 150, 20, 15, 25
Z = 1.959963984540054


class OneColumn(View):
    """One column is set to value after value in each of some rows, all else as it is. First the
    average answer (partial dependence), its 95 % band over the rows, and how many rows lie there;
    then single rows (ICE), each from its own start: lines that cross act differently by row.
    """

    label: ClassVar[str] = "Column by column"
    kind: Literal["one_column"] = "one_column"
    place: ClassVar[int] = 34
    ahead: ClassVar[bool] = True
    asks: ClassVar[str] = "How does the answer move along one column, all else as it is?"

    def look(self, seen: Seen) -> Sheet:
        from mll_core.infra import response
        from mll_core.infra.readable import Readable

        ground = seen.ground(ROWS)
        answer = Readable.of(ground.model, ground.rows)
        found = []
        for number, name in enumerate(seen.columns[:MOST_COLUMNS]):
            seen.progress(0.1 + 0.9 * number / len(seen.columns), f"Looking at {name}")
            at = response.places(ground.usual[name], POINTS)
            if len(at) > 1:
                found.append((name, at, response.curves(answer, ground.rows, name, at)))
        found.sort(key=lambda one: -float(np.ptp(one[2].mean(axis=0))))
        plots = [plot for one in found for plot in _plots(ground, answer.label, *one)]
        reach = [(name, *_reach(at, lines)) for name, at, lines in found]
        said = []
        if reach:
            name, low, at_low, high, at_high, _ = reach[0]
            said.append(
                f"{name} moves the {answer.label} most: {low:.3g} on average at {_told(at_low)}, "
                f"{high:.3g} at {_told(at_high)}."
            )
        said += [f"{name}: {_crossing(lines)}" for name, _, lines in found[:1]]
        grid = Grid(
            title="Every column",
            columns=("Column", "Lowest average", "at", "Highest average", "at ", "Differs by"),
            rows=tuple((n, lo, _told(a), hi, _told(b), by) for n, lo, a, hi, b, by in reach),
        )
        said = said or ["No column has two values to compare."]
        return Sheet(sentences=tuple(said), plots=tuple(plots), grids=(grid,), stamp=ground.stamp)


def _reach(at: list[object], lines: Floats) -> tuple[float, object, float, object, float]:
    mean = lines.mean(axis=0)
    low, high = int(mean.argmin()), int(mean.argmax())
    return float(mean[low]), at[low], float(mean[high]), at[high], float(np.ptp(mean))


def _crossing(lines: Floats) -> str:
    moved = lines - lines[:, :1]
    spread = float(np.std(moved - moved.mean(axis=0)))
    reach = float(np.ptp(moved.mean(axis=0)))
    if spread < 0.1 * max(reach, 1e-12):
        return "it acts alike in all rows."
    return f"rows differ in how they follow it, by {spread:.2g} around the average."


def _plots(ground: Ground, label: str, name: str, at: list[object], lines: Floats) -> list[Plot]:
    from mll_core.infra import response

    x, mean = tuple(response.plain(one) for one in at), lines.mean(axis=0)
    half = Z * lines.std(axis=0, ddof=1) / np.sqrt(len(lines))
    average = Series(
        name="average answer",
        x=x,
        y=tuple(map(float, mean)),
        low=tuple(map(float, mean - half)),
        high=tuple(map(float, mean + half)),
    )
    there, shares = response.density(ground.usual[name], at)
    rows = Series(name="rows there", x=there, y=shares, look="area")
    moved = lines - lines[:, :1]
    single = tuple(
        Series(name="single rows", x=x, y=tuple(map(float, one)), look="faint")
        for one in moved[:LINES]
    )
    middle = Series(name="their average", x=x, y=tuple(map(float, moved.mean(axis=0))))
    start = f"Change of {label} from {name} = {_told(at[0])}"
    return [
        Plot(title=f"Average along {name}", about=name, x_label=name, y_label=label,
             series=(rows, average)),
        Plot(title=f"Single rows along {name}", about=name, x_label=name, y_label=start,
             series=(*single, middle)),
    ]  # fmt: skip


def _told(value: object) -> str:
    from mll_core.infra import response

    return f"{value:.4g}" if isinstance(value, float) else str(response.plain(value))
