"""Simulated tables: noise without any weak segment, and one planted."""

import numpy as np

from mll_core.domain.bins import Parts
from mll_core.domain.segments import Segment, find, least

ROWS = 1200


def search(
    seed: int, planted: float = 0.0, together: int = 1, rows: int = ROWS
) -> tuple[Segment, ...]:
    """Confirmed segments of six columns whose rows are wrong by chance; where column 1 is "a" and
    column 2 is "b" more by ``planted``. ``together``: rows of one group are wrong together."""
    draw = np.random.default_rng((11, seed))
    each = rows // together
    codes = [np.repeat(draw.integers(0, 3, each), together) for _ in range(6)]
    columns = [Parts(f"column {i}", ("a", "b", "c"), c) for i, c in enumerate(codes)]
    risk = 0.15 + planted * ((codes[1] == 0) & (codes[2] == 1))
    groups = np.repeat(np.arange(each), together)
    loss = (draw.random(each)[groups] < risk).astype(float)
    found, _ = find(columns, loss, groups if together > 1 else None, seed)
    return tuple(segment for segment in found if segment.sure)


def told(together: int = 1) -> float:
    """How much worse the planted segment must be, as it is said of a table of noise."""
    draw = np.random.default_rng(0)
    groups = np.repeat(np.arange(ROWS // together), together)
    loss = (draw.random(ROWS // together)[groups] < 0.15).astype(float)
    return least(loss, groups, share=1 / 9)
