"""Columns that act together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from mll_core.domain.ground import Ground
from mll_core.domain.sheet import Grid, Heat, Sheet
from mll_core.domain.view import Seen, View

if TYPE_CHECKING:
    from mll_core.infra.readable import Readable

ROWS, COLUMNS, DRAWN, CELLS = 40, 6, 2, 9
FEWEST = 3
"""With fewer rows in a cell of the picture it stays empty."""
TOLD = 0.1
"""From this H on, a pair is named."""


class Together(View):
    """Friedman's H: of what two columns move together, the share that neither moves alone, on
    forty rows and for the six columns that move the answer most; chances are taken as log-odds,
    where columns that act alone add up. The picture shows the average answer for both at once;
    cells with fewer than three rows stay empty.
    """

    label: ClassVar[str] = "Columns that act together"
    kind: Literal["together"] = "together"
    place: ClassVar[int] = 35
    heavy: ClassVar[bool] = True
    ahead: ClassVar[bool] = True
    asks: ClassVar[str] = "Which two columns change each other's effect?"

    def look(self, seen: Seen) -> Sheet:
        from mll_core.infra import response
        from mll_core.infra.readable import Readable

        ground = seen.ground(ROWS)
        rows = ground.rows.reset_index(drop=True)
        answer = Readable.of(ground.model, rows)
        columns = _strongest(ground, answer, seen.columns)
        found = response.acting_together(
            answer.added, rows, columns,
            lambda share: seen.progress(0.2 + 0.7 * share, "Two columns at a time"),
        )  # fmt: skip
        ranked = sorted(found.items(), key=lambda one: -float(np.std(one[1][1])))
        named = [pair for pair, (h, _) in ranked if h >= TOLD]
        said = (
            "These act together most: " + "; ".join(f"{a} with {b}" for a, b in named[:3]) + "."
            if named
            else f"No two of {', '.join(columns)} act together: each adds its own part."
        )
        grid = Grid(
            title="Every pair, what moves the answer most first",
            columns=("Column", "with", "H (0 alone, 1 together)",
                     f"Moves a row by ({answer.added_unit})"),
            rows=tuple((a, b, h, float(np.std(rest))) for (a, b), (h, rest) in ranked),
        )  # fmt: skip
        shown = [pair for pair, _ in ranked if pair in named[:DRAWN]] or [p for p, _ in ranked[:1]]
        heats = tuple(_heat(ground, answer, pair) for pair in shown)
        return Sheet(sentences=(said,), heats=heats, grids=(grid,), stamp=ground.stamp)


def _strongest(ground: Ground, answer: "Readable", columns: Sequence[str]) -> list[str]:
    from mll_core.infra import response

    reach = {}
    for name in columns:
        at = response.places(ground.usual[name], 5)
        if len(at) > 1:
            lines = response.curves(answer.added, ground.rows, name, at)
            reach[name] = float(np.std(lines - lines.mean(axis=1, keepdims=True)))
    return sorted(reach, key=lambda name: -reach[name])[:COLUMNS]


def _heat(ground: Ground, answer: "Readable", pair: tuple[str, str]) -> Heat:
    from mll_core.infra import response

    first, second = pair
    at = (
        response.places(ground.usual[first], CELLS),
        response.places(ground.usual[second], CELLS),
    )
    z = response.surface(answer, ground.rows, pair, at)
    x, y = (response.nearest(ground.usual[name], one) for name, one in zip(pair, at, strict=True))
    known = (x >= 0) & (y >= 0)
    counts = np.zeros(z.shape, np.int64)
    np.add.at(counts, (y[known], x[known]), 1)
    return Heat(
        title=f"{first} and {second} at once",
        x_label=first,
        y_label=second,
        z_label=answer.label,
        x=tuple(response.plain(one) for one in at[0]),
        y=tuple(response.plain(one) for one in at[1]),
        z=tuple(
            tuple(float(v) if n >= FEWEST else None for v, n in zip(row, many, strict=True))
            for row, many in zip(z, counts, strict=True)
        ),
    )
