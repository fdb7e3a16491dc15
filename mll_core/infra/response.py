"""How a model's answer moves with one column or two, all else as it is.

Source: Friedman (2001), Greedy function approximation (partial dependence); Goldstein et al.
(2015), Peeking inside the black box (ICE); Friedman & Popescu (2008), Predictive learning via rule
ensembles (H).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.task import Codes, Floats

Score = Callable[[pd.DataFrame], Floats]
POINTS, LEVELS, SLICES = 20, 12, 24
_ENDS = 0.02


def places(values: pd.Series, most: int = POINTS) -> list[Any]:
    """Values of a column to ask at: quantiles that were seen, or the commonest levels."""
    known = values.dropna()
    if not is_ordered(known) or pd.api.types.is_bool_dtype(known):
        return [value for value in known.value_counts().index[: min(LEVELS, most)]]
    distinct = np.sort(known.unique())
    if len(distinct) > most:
        at = np.quantile(np.arange(len(known)), np.linspace(_ENDS, 1 - _ENDS, most))
        distinct = np.unique(np.sort(known.to_numpy())[at.round().astype(int)])
    return [value for value in distinct]


def curves(score: Score, rows: pd.DataFrame, column: str, at: Sequence[Any]) -> Floats:
    """What is said of each row when ``column`` were each of ``at``: (n, points)."""
    return _asked(score, rows, [{column: value} for value in at])


def surface(
    score: Score, rows: pd.DataFrame, columns: tuple[str, str], at: tuple[list[Any], list[Any]]
) -> Floats:
    """The average answer when two columns were set: (points of the second, of the first)."""
    first, second = columns
    cells = [{first: x, second: y} for y in at[1] for x in at[0]]
    mean = _asked(score, rows, cells).mean(axis=0)
    return np.asarray(mean.reshape(len(at[1]), len(at[0])))


def _asked(score: Score, rows: pd.DataFrame, cells: Sequence[Mapping[str, Any]]) -> Floats:
    parts = []
    for cell in cells:
        fixed = {
            name: pd.Series([value] * len(rows), rows.index).astype(rows[name].dtype)
            for name, value in cell.items()
        }
        parts.append(rows.assign(**fixed))
    said = score(pd.concat(parts, ignore_index=True))
    return np.asarray(said.reshape(len(cells), len(rows)).T)


def acting_together(
    score: Score, rows: pd.DataFrame, columns: Sequence[str], tell: Callable[[float], None]
) -> dict[tuple[str, str], tuple[float, Floats]]:
    """Friedman's H of each two columns, and how far each row's answer hangs on both at once.

    H from 0 (each acts alone) to 1 (only both together); (n,) in the unit of ``score``.
    """
    alone = {name: _centred(score, rows, [name]) for name in columns}
    pairs = list(combinations(columns, 2))
    found = {}
    for number, (one, other) in enumerate(pairs):
        tell(number / len(pairs))
        both = _centred(score, rows, [one, other])
        rest = both - alone[one] - alone[other]
        power = float((both**2).sum())
        found[one, other] = (float(np.sqrt((rest**2).sum() / power)) if power > 0 else 0.0, rest)
    return found


def _centred(score: Score, rows: pd.DataFrame, columns: Sequence[str]) -> Floats:
    """Partial dependence at the values that each row has, 0 on average: (n,)."""
    n = len(rows)
    asked = rows.loc[np.repeat(rows.index, n)].reset_index(drop=True)
    others = pd.concat([rows] * n, ignore_index=True)
    mixed = others.assign(**{str(name): asked[name].to_numpy() for name in columns})
    mixed = mixed.astype({name: rows[name].dtype for name in columns})
    found = score(mixed).reshape(n, n).mean(axis=1)
    return np.asarray(found - found.mean())


def nearest(values: pd.Series, at: Sequence[Any]) -> Codes:
    """Which of the places ``at`` (rising, or levels) each value is nearest to; -1: none, (n,)."""
    known = values.notna().to_numpy()
    codes = np.full(len(values), -1)
    if pd.api.types.is_bool_dtype(values) or not is_ordered(values):
        place = {value: code for code, value in enumerate(at)}
        codes[known] = [place.get(value, -1) for value in values[known]]
        return codes
    ends, mine = as_floats(pd.Series(at)), as_floats(values[known])
    codes[known] = np.searchsorted((ends[1:] + ends[:-1]) / 2, mine)
    return codes


def density(values: pd.Series, at: Sequence[Any]) -> tuple[tuple[Any, ...], tuple[float, ...]]:
    """The share of rows in slices of equal width between the ends, or at each level or moment."""
    x = tuple(plain(one) for one in at)
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in x):
        counts, edges = np.histogram(as_floats(values.dropna()), SLICES, (x[0], x[-1]))
        x = tuple(((edges[1:] + edges[:-1]) / 2).tolist())
    else:
        codes = nearest(values, at)
        counts = np.bincount(codes[codes >= 0], minlength=len(at))
    return x, tuple(float(count) / max(1, len(values)) for count in counts)


def is_ordered(values: pd.Series) -> bool:
    """Whether it holds numbers or moments."""
    dtype = pd.api.types
    return dtype.is_numeric_dtype(values) or dtype.is_datetime64_any_dtype(values)


def as_floats(values: pd.Series) -> Floats:
    """Numbers as they are, moments in days since 1970; missing as NaN: (n,)."""
    if pd.api.types.is_datetime64_any_dtype(values):
        days = (values - pd.Timestamp(0, tz=values.dt.tz)) / pd.Timedelta(days=1)
        return np.asarray(days, np.float64)
    return np.asarray(values.astype("float64"), np.float64)


def as_float(value: Any) -> float:
    """One number as it is, a moment in days since 1970."""
    if isinstance(value, pd.Timestamp | np.datetime64 | datetime):
        return float(pd.Timestamp(value).timestamp() / 86_400)
    return float(value)


def plain(value: Any) -> Any:
    """A place as JSON has it; moments as text."""
    value = value.item() if isinstance(value, np.generic) and value.dtype.kind in "iufb" else value
    if isinstance(value, np.datetime64 | pd.Timestamp):
        return str(pd.Timestamp(value).date())
    return value if isinstance(value, bool | int | float | str) else str(value)
