"""Drift of columns between two Parquet files, from counts in bins that DuckDB makes.

Numbers are cut at the reference's deciles, or have a bin per value when there are few; categories
have a bin per level with enough rows; missing and never-seen values have bins of their own. Text
that hardly repeats is compared by its length, dates by themselves but not judged: they move on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Codes, Floats
from mll_core.infra import warehouse
from mll_core.infra.raw_rows import Kind
from mll_core.infra.warehouse import identifier

FLOOR = 1e-4
"""The least share a bin is given, or one empty bin would make the index infinite."""
FEW = 30
"""Numbers with at most so many different values have a bin per value."""
DECILES = tuple(i / 10 for i in range(1, 10))
LEVELS = 50
ENOUGH = 5
"""A level has a bin of its own when so many rows are expected of it in the smaller sample."""
PROSE = 0.5
"""Text with more different values than this share of rows is compared by its length."""

Counts = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bins:
    """One column in two samples: counts per bin, and how much of each is missing or unseen."""

    reference: Counts
    current: Counts
    reference_missing: float = 0.0
    current_missing: float = 0.0
    unseen: float = 0.0
    statistic: str = "psi"
    edges: tuple[float, ...] = field(default=())

    @property
    def psi(self) -> float:
        """Population stability index of the counts."""
        return psi(self.reference, self.current)

    @property
    def noise_band(self) -> float:
        """Its 95th percentile when nothing changed."""
        return noise_band(self.reference, self.current)

    @property
    def p_value(self) -> float:
        """Of the chi-squared test that both samples come from the same shares."""
        return chi_squared(self.reference, self.current)


def psi(reference: Counts, current: Counts) -> float:
    """Sum over bins of (c - r) ln(c / r), c and r shares of at least 0.0001; 0 with no rows.

    Bins that are empty in both do not count. Source: Yurdakul (2018), Statistical properties of
    the population stability index.
    """
    if not reference.sum() or not current.sum():
        return 0.0
    used = (reference + current) > 0
    r = np.maximum(reference[used] / reference.sum(), FLOOR)
    c = np.maximum(current[used] / current.sum(), FLOOR)
    return float(((c - r) * np.log(c / r)).sum())


def noise_band(reference: Counts, current: Counts) -> float:
    """95th percentile of ``psi`` under no change: (1/n + 1/m) times that of chi-squared, B - 1.

    Source: Yurdakul (2018); holds where bins expect a few rows, which is why small ones are lumped.
    """
    from scipy.stats import chi2

    n, m, used = reference.sum(), current.sum(), int(((reference + current) > 0).sum())
    return float((1 / n + 1 / m) * chi2.ppf(0.95, used - 1)) if n and m and used > 1 else 0.0


def chi_squared(reference: Counts, current: Counts) -> float:
    """p-value of Pearson's test of homogeneity over the bins; 1 when there is nothing to test."""
    from scipy.stats import chi2

    n, m = reference.sum(), current.sum()
    both = reference + current
    used = both > 0
    if not n or not m or used.sum() < 2:  # noqa: PLR2004
        return 1.0
    r, c, share = reference[used], current[used], both[used] / (n + m)
    statistic = ((r - n * share) ** 2 / (n * share)).sum()
    statistic += ((c - m * share) ** 2 / (m * share)).sum()
    return float(chi2.sf(statistic, used.sum() - 1))


def of_files(reference: Path, current: Path, kinds: Mapping[str, Kind]) -> dict[str, Bins]:
    """The bins of each column of ``kinds`` that both files have; one query per column and file."""
    return {name: _column(reference, current, name, kind) for name, kind in kinds.items()}


def of_numbers(reference: Floats, current: Floats) -> Bins:
    """The bins of numbers in memory (scores, predicted values), cut as those of files are."""
    values = np.unique(reference)
    edges = values if len(values) <= FEW else np.unique(_deciles(reference))
    exact = len(values) <= FEW
    before, now = _binned(reference, edges, exact), _binned(current, edges, exact)
    return Bins(before, now, edges=tuple(map(float, edges)))


def of_codes(reference: Codes, current: Codes, k: int) -> Bins:
    """The bins of class codes 0..k-1."""
    before, now = (np.bincount(codes, minlength=k) for codes in (reference, current))
    return Bins(before.astype(np.float64), now.astype(np.float64))


def _deciles(values: Floats) -> Floats:
    return np.quantile(values, DECILES, method="inverted_cdf")


def _binned(values: Floats, edges: Floats, exact: bool) -> Counts:
    """Counts of values up to each edge and above the last; ``exact``: equal to each, and others."""
    place = np.searchsorted(edges, values)
    if exact:
        hit = np.append(edges, np.nan)[place] == values
        place = np.where(hit, place, len(edges))
    return np.bincount(place, minlength=len(edges) + 1).astype(float)


def _column(reference: Path, current: Path, name: str, kind: Kind) -> Bins:
    cell = identifier(name)
    if kind == "number":
        return _numbers(reference, current, f"TRY_CAST({cell} AS DOUBLE)")
    if kind == "time":
        days = f"epoch(TRY_CAST({cell} AS TIMESTAMP)) / 86400"
        return _numbers(reference, current, days, "psi of dates, not judged")
    text = f"CAST({cell} AS VARCHAR)"
    rows, distinct = _size(reference, text)
    if distinct > max(LEVELS, PROSE * rows):
        return _numbers(reference, current, f"length({text})::DOUBLE", "psi of text length")
    return _levels(reference, current, text)


def _size(reference: Path, cell: str) -> tuple[int, int]:
    sql = f"SELECT count({cell}), approx_count_distinct({cell}) FROM reference"
    rows, distinct = _rows(sql, reference=reference)[0]
    return int(rows), int(distinct)


def _numbers(reference: Path, current: Path, number: str, statistic: str = "psi") -> Bins:
    value = f"CASE WHEN isnan({number}) THEN NULL ELSE {number} END"
    edges, exact = _edges(reference, value)
    r, r_null = _histogram(reference, value, edges, exact)
    c, c_null = _histogram(current, value, edges, exact)
    before, now = np.append(r, r_null), np.append(c, c_null)
    unseen = c[-1] / max(1.0, now.sum()) if exact else 0.0
    return Bins(
        before,
        now,
        reference_missing=r_null / max(1.0, before.sum()),
        current_missing=c_null / max(1.0, now.sum()),
        unseen=float(unseen),
        statistic=statistic,
        edges=tuple(edges),
    )


def _edges(reference: Path, value: str) -> tuple[list[float], bool]:
    marks = ", ".join(map(str, DECILES))
    over = f"FROM (SELECT {value} AS v FROM reference)"
    sql = f"SELECT approx_count_distinct(v), quantile_disc(v, [{marks}]) {over}"
    distinct, deciles = _rows(sql, reference=reference)[0]
    if distinct > FEW:
        return sorted(set(deciles)), False
    few = f"SELECT DISTINCT v {over} WHERE v IS NOT NULL ORDER BY v"
    return [float(row[0]) for row in _rows(few, reference=reference)], True


def _histogram(path: Path, value: str, edges: Sequence[float], exact: bool) -> tuple[Counts, float]:
    """Counts per bin as ``_binned`` has them, and of missing values."""
    sign = "=" if exact else "<="
    tests = [f"count(*) FILTER (v {sign} {edge!r}::DOUBLE)" for edge in edges]
    sql = f"SELECT count(*), count(v), {', '.join([*tests, '0'])} "
    (row,) = _rows(f"{sql} FROM (SELECT {value} AS v FROM sample)", sample=path)
    rows, known, *marks, _ = map(float, row)
    if exact:
        return np.array([*marks, known - sum(marks)]), rows - known
    return np.diff([0.0, *marks, known]), rows - known


def _levels(reference: Path, current: Path, text: str) -> Bins:
    sql = f"""
        WITH r AS (SELECT {text} AS v, count(*) AS n FROM reference GROUP BY 1),
             c AS (SELECT {text} AS v, count(*) AS n FROM current GROUP BY 1),
             j AS (SELECT coalesce(r.v, c.v) AS v, coalesce(r.n, 0) AS rn, coalesce(c.n, 0) AS cn
                   FROM r FULL JOIN c ON r.v IS NOT DISTINCT FROM c.v),
             k AS (SELECT *, row_number() OVER (ORDER BY (v IS NULL) DESC, rn + cn DESC, v)
                                 AS place
                   FROM j),
             p AS (SELECT rn, cn, place, CASE WHEN v IS NULL THEN 'missing'
                          WHEN rn = 0 THEN 'unseen' WHEN place <= {LEVELS + 1} THEN 'level'
                          ELSE 'rest' END AS part FROM k)
        SELECT part, sum(rn), sum(cn), count(*) FILTER (rn = 1) FROM p
        GROUP BY part, CASE WHEN part = 'level' THEN place END
        ORDER BY 2 DESC, 3 DESC"""
    rows = _rows(sql, reference=reference, current=current)
    parts: dict[str, list[tuple[float, float]]] = {}
    for part, r, c, _ in rows:
        parts.setdefault(part, []).append((float(r), float(c)))
    return _lumped(parts, once=float(sum(row[3] for row in rows)))


def _lumped(parts: Mapping[str, Sequence[tuple[float, float]]], once: float) -> Bins:
    """Small levels lumped; a share of ``once`` / n of the reference counts as never seen.

    That share is what a new sample brings in new values when nothing changed. Source: Good (1953),
    The population frequencies of species and the estimation of population parameters.
    """
    n = sum(r for pairs in parts.values() for r, _ in pairs)
    m = sum(c for pairs in parts.values() for _, c in pairs)
    least = ENOUGH * (n + m) / max(1.0, min(n, m))  # of both, or the choice itself would be drift
    levels = [pair for pair in parts.get("level", ()) if sum(pair) >= least]
    small = [pair for pair in parts.get("level", ()) if sum(pair) < least]
    rest = _sum([*small, *parts.get("rest", ())])
    missing, unseen = _sum(parts.get("missing", ())), _sum(parts.get("unseen", ()))
    moved = min(once, rest[0])
    bins = [*levels, (rest[0] - moved, rest[1]), missing, (moved, unseen[1])]
    return Bins(
        np.array([r for r, _ in bins]),
        np.array([c for _, c in bins]),
        reference_missing=missing[0] / max(1.0, n),
        current_missing=missing[1] / max(1.0, m),
        unseen=unseen[1] / max(1.0, m),
    )


def _sum(pairs: Iterable[tuple[float, float]]) -> tuple[float, float]:
    listed = list(pairs)
    return sum(r for r, _ in listed), sum(c for _, c in listed)


def _rows(sql: str, **files: Path) -> list[tuple[Any, ...]]:
    cursor = warehouse.connect()
    for name, path in files.items():
        cursor.execute(f"CREATE TEMP VIEW {name} AS FROM {warehouse.source(path)}")
    return list(cursor.execute(sql).fetchall())
