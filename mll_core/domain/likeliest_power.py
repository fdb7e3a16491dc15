"""The power that makes a column most like a bell: Box and Cox's and Yeo and Johnson's likelihood.

Of any number of rows it is told from a few thousand: those whose logarithms lie close together are
counted as one group, by exact sums, and stand for two points with its mean and spread.
Source: Box & Cox (1964); Yeo & Johnson (2000).
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from mll_core.domain.literals import exact
from mll_core.domain.step import Learned

GROUPS, PARTS = 4_096, 2**20
"""How finely logarithms are grouped, and where in its group one stands."""
LEAST, MOST, STEPS = -2.0, 3.0, 40


def grouped(logarithms: ir.Table) -> ir.Table:
    """The groups of the column ``t``, in order; NULL is left out."""
    rows = logarithms.view()
    known = rows.filter(rows["t"].notnull()).view()
    low, high = (end.as_scalar() for end in (known["t"].min(), known["t"].max()))
    ends = known.mutate(low=low, high=high).view()
    reach: Any = ends["high"] - ends["low"]
    told = ends.mutate(wide=(reach / exact(float(GROUPS))).nullif(0.0)).view()
    away: Any = ((told["t"] - told["low"]) / told["wide"]).fill_null(exact(0.0))
    told = told.mutate(away=away).view()
    place: Any = ibis.least(told["away"].floor().cast("int64"), GROUPS - 1)
    told = told.mutate(place=place, above=told["t"] >= exact(0.0)).view()
    part: Any = ((told["away"] - told["place"].cast("float64")) * exact(float(PARTS))).round()
    told = told.mutate(part=part.cast("int64")).view()
    square: Any = told["part"] * told["part"]
    groups = told.group_by(["place", "above"]).aggregate(
        n=told.count(),
        parts=told["part"].sum().cast("float64"),
        squares=square.sum().cast("float64"),
        low=told["low"].min(),
        wide=told["wide"].min(),
    )
    return groups.order_by("place", "above")


def likeliest(groups: Learned, *, two_sided: bool) -> float | None:
    """The power of the largest likelihood, from LEAST to MOST; None when nothing varies.

    ``two_sided``: that of Yeo and Johnson, of signed logarithms of 1 + size; else of Box and Cox.
    """
    import numpy as np
    from scipy.optimize import minimize_scalar

    counts, points = _points(groups)
    if not len(points) or np.ptp(points) == 0:
        return None
    shares, mean = counts / counts.sum(), np.average(points, weights=counts)

    def loss(power: float) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            made = _raised(points, power)
            if two_sided:
                made = np.where(points < 0, -_raised(-points, 2 - power), made)
            spread = shares @ (made - shares @ made) ** 2
        known = 0 < spread < np.inf
        return float(0.5 * np.log(spread) - (power - 1) * mean) if known else float("inf")

    grid = np.linspace(LEAST, MOST, STEPS + 1)
    losses = [loss(power) for power in grid]
    if not np.isfinite(losses).any():
        return None
    best = int(np.argmin(losses))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, STEPS)])
    found = minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-10})
    at = found.x if found.fun < losses[best] else grid[best]
    return round(float(at), 9)


def _raised(logarithms: Any, power: float) -> Any:
    """(x^power - 1) / power of what has these logarithms."""
    import numpy as np

    return logarithms if power == 0 else np.expm1(power * logarithms) / power


def _points(groups: Learned) -> tuple[Any, Any]:
    """Two points for each group, with its mean and spread, and how many rows each stands for."""
    import numpy as np

    names = ("n", "parts", "squares", "low", "wide", "place")
    told = [[float(row[name] or 0) for name in names] for row in groups]
    n, parts, squares, low, wide, place = np.array(told, dtype=float).reshape(-1, len(names)).T
    middle = parts / n
    spread = np.sqrt(np.maximum(squares / n - middle**2, 0))
    points = [low + wide * (place + (middle + side * spread) / PARTS) for side in (-1, 1)]
    return np.concatenate([n, n]) / 2, np.concatenate(points)
