"""How nearly a column says the same as the target."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mll_core.domain.case_file import Copy
from mll_core.domain.task import Codes, Floats, Task
from mll_core.infra import warehouse

MOST_ROWS = 200_000
BINS = 100
ROWS_PER_LEVEL = 20
"""With fewer rows to a level its share of the information is mostly chance."""
FEWEST = 20
NTH = '"\ue000nth"'
"""A name that no column has."""


def copy_of(path: Path, column: str, target: str, task: Task) -> Copy | None:
    """Compared on the rows where both have a value, evenly spaced ones when there are many.

    None when there are under 20, or one of them does not vary.
    """
    both = few(path, (column, target)).dropna()
    if len(both) < FEWEST or both[column].nunique() < 2 or both[target].nunique() < 2:  # noqa: PLR2004
        return None
    if not task.classifies:
        return _number(both[column], both[target])
    return _class(both[column], pd.factorize(both[target].astype(str), sort=True)[0])


def few(path: Path, columns: Sequence[str], most: int = MOST_ROWS) -> pd.DataFrame:
    """These columns of evenly spaced rows, at most so many."""
    names = ", ".join(map(warehouse.identifier, columns))
    total = warehouse.count(warehouse.table(path), path)
    step = max(1, -(-total // most))
    numbered = f"SELECT {names}, row_number() OVER () AS {NTH} FROM rows"
    return warehouse.frame(f"SELECT {names} FROM ({numbered}) WHERE {NTH} % {step} = 0", path)


def _number(values: pd.Series, target: pd.Series) -> Copy:
    mine = ordered(values)
    if mine is None:
        return Copy(agree=0.0, base=0.0, rows=len(values))
    truth = target.to_numpy(np.float64)
    agree = float(np.isclose(mine, truth, rtol=1e-9, atol=0).mean())
    return Copy(agree=agree, base=0.0, rank=rank(mine, truth), rows=len(truth))


def _class(values: pd.Series, truth: Codes) -> Copy:
    mine = ordered(values)
    levels = levels_of(values, mine)
    classes = int(truth.max()) + 1
    order = rank(mine, truth) if mine is not None and classes == 2 else None  # noqa: PLR2004
    few = (int(levels.max()) + 1) * ROWS_PER_LEVEL <= len(truth)
    return Copy(
        agree=agreement(levels, truth),
        base=float(np.bincount(truth).max() / len(truth)),
        rank=order,
        information=information(levels, truth) if few else None,
        rows=len(truth),
    )


def agreement(levels: Codes, truth: Codes) -> float:
    """Share of rows where the most frequent answer of the level is right, told on one half of the
    rows for the other; a level never seen has the most frequent answer of all."""
    half = np.arange(len(truth)) % 2
    right = 0
    for learn, judge in ((half == 0, half == 1), (half == 1, half == 0)):
        counts = np.zeros((int(levels.max()) + 1, int(truth.max()) + 1))
        np.add.at(counts, (levels[learn], truth[learn]), 1)
        best = np.where(counts.sum(axis=1) > 0, counts.argmax(axis=1), counts.sum(axis=0).argmax())
        right += int((best[levels[judge]] == truth[judge]).sum())
    return right / len(truth)


def information(levels: Codes, truth: Codes) -> float:
    """Mutual information over the entropy of the target: 0 nothing, 1 all of it."""
    counts = np.zeros((int(levels.max()) + 1, int(truth.max()) + 1))
    np.add.at(counts, (levels, truth), 1)
    entropy = _entropy(counts.sum(axis=0))
    joint = _entropy(counts.reshape(-1))
    return float((_entropy(counts.sum(axis=1)) + entropy - joint) / entropy)


def _entropy(counts: Floats) -> float:
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())


def ordered(values: pd.Series) -> Floats | None:
    """The values as numbers, dates as seconds; None when they have no order."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return np.asarray(values.astype("int64"), np.float64)
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return None
    return np.asarray(values, np.float64)


def levels_of(values: pd.Series, mine: Floats | None) -> Codes:
    """The values as codes: numbers of many values cut into ranges, text as it is, missing too."""
    bins = max(2, min(BINS, len(values) // ROWS_PER_LEVEL))
    if mine is not None and len(np.unique(mine)) > bins:
        edges = np.unique(np.nanquantile(mine, np.linspace(0, 1, bins + 1)[1:-1]))
        return np.searchsorted(edges, mine, side="right").astype(np.int64)
    return np.asarray(pd.factorize(values.astype(str))[0], np.int64)


def rank(one: Floats, other: Floats | Codes) -> float | None:
    """Spearman's correlation over finite values; None when one of them does not vary."""
    from scipy.stats import spearmanr

    finite = np.isfinite(one)
    found = float(spearmanr(one[finite], other[finite]).statistic)
    return found if np.isfinite(found) else None
