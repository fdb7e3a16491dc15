"""Which columns go together: how much one tells of another, and groups that are told as one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.task import Floats

_BINS = 10
MOST_ROWS = 2_000
CLOSE = 0.7
"""From this association on, on average within the group, columns are told together."""


def association(values: pd.Series, groups: NDArray[np.int64]) -> float:
    """How much a column tells of the groups, from 0 to 1: Cramér's V without its bias.

    Numbers are cut at their deciles; missing counts as a value. NaN never. Source: Bergsma (2013),
    A bias-correction for Cramér's V and Tschuprow's T.
    """
    table = pd.crosstab(_cut(values), groups).to_numpy(np.float64)
    n, (r, k) = table.sum(), table.shape
    if n < 2 or min(r, k) < 2:  # noqa: PLR2004
        return 0.0
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / n
    phi = max(
        0.0, float(((table - expected) ** 2 / expected).sum()) / n - (k - 1) * (r - 1) / (n - 1)
    )
    apart = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1
    return min(1.0, float(np.sqrt(phi / apart))) if apart > 0 else 0.0


def associations(frame: pd.DataFrame, columns: Sequence[str]) -> Floats:
    """(m, m), from 0 to 1: Spearman's correlation of two numbers, else Cramér's V."""
    rows = frame if len(frame) <= MOST_ROWS else frame.sample(MOST_ROWS, random_state=0)
    numbers = {name for name in columns if _numeric(rows[name])}
    ranked: Any = rows[sorted(numbers)].astype("float64").corr("spearman", min_periods=20).abs()
    cuts = {name: _cut(rows[name]) for name in columns}
    found = np.eye(len(columns))
    for i, one in enumerate(columns):
        for j, other in enumerate(columns[:i]):
            both = one in numbers and other in numbers
            told = ranked.at[one, other] if both else association(rows[one], cuts[other])
            found[i, j] = found[j, i] = np.nan_to_num(np.float64(told))
    return found


def groups(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The columns in groups that go together, most stand alone; in the order of their first."""
    if len(columns) < 2:  # noqa: PLR2004
        return [tuple(columns)] if columns else []
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    away = 1 - associations(frame, columns)
    codes = fcluster(linkage(squareform(away, checks=False), "average"), 1 - CLOSE, "distance")
    together: dict[int, list[str]] = {}
    for name, code in zip(columns, codes, strict=True):
        together.setdefault(int(code), []).append(name)
    return [tuple(names) for names in together.values()]


def named(group: Sequence[str]) -> str:
    """A group of columns as one name."""
    return " + ".join(group)


def _numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _cut(values: pd.Series) -> NDArray[np.int64]:
    if _numeric(values) and values.nunique() > _BINS:
        codes = pd.qcut(values, _BINS, labels=False, duplicates="drop")
        return np.asarray(codes.fillna(-1), dtype=np.int64)
    return np.asarray(pd.factorize(values, use_na_sentinel=False)[0], dtype=np.int64)
