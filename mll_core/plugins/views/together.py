"""Columns that act together."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from mll_core.domain.ground import Ground
from mll_core.domain.sheet import Grid, Heat, Sheet
from mll_core.domain.view import Seen, View

if TYPE_CHECKING:
    from mll_core.infra.readable import Readable

ROWS, MOST_ROWS, DRAWN, CELLS, TOLD_ROWS = 40, 200, 2, 9, 30
FEWEST = 3
"""With fewer rows in a cell of the picture it stays empty."""
TOLD = 0.1
"""From this strength on, a pair is named."""


class Together(View):
    """SHAP interaction values where the model is a sum of trees: what two columns add to a row's
    answer beyond what each adds alone, exact; strength: beside what the strongest column moves it.
    Else Friedman's H: of what two columns move together, the share that neither moves alone, on
    forty rows and for the six columns that move the answer most. The picture shows the average
    answer for both at once; cells with fewer than three rows stay empty.
    """

    label: ClassVar[str] = "Columns that act together"
    kind: Literal["together"] = "together"
    place: ClassVar[int] = 35
    heavy: ClassVar[bool] = True
    ahead: ClassVar[bool] = True
    asks: ClassVar[str] = "Which two columns change each other's effect?"

    def look(self, seen: Seen) -> Sheet:
        from mll_core.infra import interactions
        from mll_core.infra.readable import Readable

        ground = seen.ground(MOST_ROWS)
        answer = Readable.of(ground.model, ground.rows)
        found = interactions.of_trees(ground.model, ground.usual, ground.rows)
        if found is None:
            found = interactions.by_h(
                answer, ground.rows.head(ROWS).reset_index(drop=True), ground.usual, seen.columns,
                lambda share: seen.progress(0.2 + 0.7 * share, "Two columns at a time"),
            )  # fmt: skip
        named = [(one.first, one.second) for one in found.pairs if one.strength >= TOLD]
        told = "; ".join(f"{a} with {b}" for a, b in named[:3])
        said = (
            f"These act together most: {told}." if named
            else f"No two of {found.among} act together much: each adds its own part."
        )  # fmt: skip
        rows = tuple((p.first, p.second, p.moves, p.strength) for p in found.pairs[:TOLD_ROWS])
        grid = Grid(
            title="Every pair, what moves the answer most first"
            if len(found.pairs) <= TOLD_ROWS
            else f"The {TOLD_ROWS} pairs of {len(found.pairs)} that move the answer most",
            columns=("Column", "with", f"Moves a row by ({found.unit})", found.measure),
            rows=rows,
        )
        there = [(p.first, p.second) for p in found.pairs]
        known = [pair for pair in named or there[:1] if set(pair) <= set(ground.usual)]
        stamp = ground.stamp.model_copy(
            update={"rows": found.rows, "of": ground.stamp.of or ground.stamp.rows}
        )
        heats = tuple(_heat(ground, answer, pair) for pair in known[:DRAWN])
        sentences = (said, f"How it was worked out: {found.method}.")
        return Sheet(sentences=sentences, heats=heats, grids=(grid,), stamp=stamp)


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
