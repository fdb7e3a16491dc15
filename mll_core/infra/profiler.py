"""A table in numbers, computed by DuckDB over all rows: about one query per column.

Columns with at most 100,000 distinct values are counted value by value and everything follows
from the counts, exactly. Wider ones are summed in one pass and binned in a second; their quantiles
are exact up to a million rows and a t-digest's above.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.data import Bin, ColumnProfile, Profile, Top
from mll_core.domain.task import Codes, Floats
from mll_core.infra.semantics import semantic
from mll_core.infra.warehouse import connect, identifier, source

COUNTED = 100_000
"""Distinct values up to which a column is counted value by value."""
EXACT_ROWS = 1_000_000
LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
BINS, TOPS = 20, 10
_MARGIN = 1.1  # the approximate count of distinct values is off by a few per cent
_LOOK_FOR_TOPS = 100_000

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_TIMES = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class _Asked:
    """One column under study: where it is, and its values as numbers when it has an order."""

    cursor: duckdb.DuckDBPyConnection
    file: str
    name: str
    type: str

    @property
    def value(self) -> str:
        """The column in SQL; NaN is missing."""
        column = identifier(self.name)
        if self.type in ("DOUBLE", "FLOAT"):
            # Not isnan(): DuckDB 2.0 folds it to false by a Parquet file's minimum and maximum.
            return f"CASE WHEN isfinite({column}) OR isinf({column}) THEN {column} END"
        return column if self.simple else f"CAST({column} AS VARCHAR)"

    @property
    def simple(self) -> bool:
        return self.is_number or self.is_time or self.type in ("VARCHAR", "BOOLEAN")

    @property
    def is_number(self) -> bool:
        bare = self.type.removeprefix("U")
        return bare in _WHOLE or self.type.startswith(("DOUBLE", "FLOAT", "DECIMAL"))

    @property
    def is_text(self) -> bool:
        """Text, and what is shown as text, such as lists."""
        return self.type == "VARCHAR" or not self.simple

    @property
    def is_time(self) -> bool:
        return self.type.startswith(_TIMES)

    @property
    def number(self) -> str:
        """The values as finite DOUBLE: dates as seconds since 1970; NULL where infinite."""
        if self.is_time:
            return f"CASE WHEN isfinite({self.value}) THEN epoch({self.value}) END"
        if self.type in ("DOUBLE", "FLOAT"):
            column = identifier(self.name)
            return f"CASE WHEN isfinite({column}) THEN CAST({column} AS DOUBLE) END"
        return f"CAST({self.value} AS DOUBLE)"

    def ask(self, select: str, rest: str = "") -> list[tuple[Any, ...]]:
        """Rows of one small query over the column."""
        return self.cursor.execute(f"SELECT {select} FROM {self.file} {rest}").fetchall()


def profile(parquet: Path, data_version: str = "", progress: Progress = quiet) -> Profile:
    """Every column of ``parquet`` in numbers, and how many rows repeat an earlier one.

    NaN is missing. Infinite values count as values but not in min, max, mean and the like.
    Histograms of dates are in seconds since 1970.
    """
    cursor, file = connect(), source(parquet)
    described = cursor.execute(f"DESCRIBE FROM {file}").fetchall()
    (rows,) = cursor.execute(f"SELECT count(*) FROM {file}").fetchall()[0]
    columns = []
    for number, (name, dtype, *_) in enumerate(described):
        progress(number / len(described), f"Profiling {name}")
        columns.append(_column(_Asked(cursor, file, name, dtype), int(rows)))
    progress(1.0, f"{rows:,} rows profiled")
    return Profile(
        rows=int(rows),
        columns=tuple(columns),
        duplicates=_duplicates([_Asked(cursor, file, row[0], row[1]) for row in described]),
        data_version=data_version,
    )


def _duplicates(columns: list[_Asked]) -> int:
    row = ", ".join(column.value for column in columns)
    ((repeated,),) = columns[0].ask(f"count(*) - count(DISTINCT hash({row}))")
    return int(repeated)


def _column(asked: _Asked, rows: int) -> ColumnProfile:
    value = asked.value
    length = f"avg(length({value}))" if asked.is_text else "NULL"
    words = f"count(*) FILTER (contains(trim({value}), ' '))" if asked.type == "VARCHAR" else "0"
    ((known, distinct, mean_length, phrases),) = asked.ask(
        f"count({value}), approx_count_distinct({value}), {length}, {words}"
    )
    few = distinct <= COUNTED * _MARGIN
    facts = _counted(asked) if few else _streamed(asked, rows, int(distinct))
    column = ColumnProfile(
        name=asked.name,
        type=asked.type,
        semantic="empty",
        nulls=rows - known,
        mean_length=mean_length,
        **facts,
    )
    meaning = semantic(column, rows, phrases / known if known else 0.0)
    return column.model_copy(update={"semantic": meaning})


def _counted(asked: _Asked) -> dict[str, Any]:
    """Everything from one GROUP BY: exact."""
    ordered = asked.is_number or asked.is_time
    number = asked.number if ordered else "NULL::DOUBLE"
    result = asked.cursor.execute(
        f"SELECT value, any_value(number) AS number, count(*) AS n FROM "
        f"(SELECT {asked.value} AS value, {number} AS number FROM {asked.file}) "
        "WHERE value IS NOT NULL GROUP BY value ORDER BY n DESC, value"
    )
    # Values in pairs with their counts; at most COUNTED of them.
    found = result.fetchall()
    facts: dict[str, Any] = {
        "distinct": len(found),
        "top": tuple(Top(value=_text(value), count=n) for value, _, n in found[:TOPS]),
    }
    if not ordered:
        return facts
    pairs = [(x, n, value) for value, x, n in found if x is not None]
    if not pairs:
        return facts
    order = sorted(range(len(pairs)), key=lambda i: pairs[i][0])
    values = np.array([pairs[i][0] for i in order], dtype=np.float64)
    counts = np.array([pairs[i][1] for i in order], dtype=np.int64)
    facts["min"], facts["max"] = _plain(pairs[order[0]][2]), _plain(pairs[order[-1]][2])
    facts["histogram"] = _histogram_of(values, counts)
    if asked.is_number:
        facts |= _moments(values, counts)
    return facts


def _moments(values: Floats, counts: Codes) -> dict[str, Any]:
    n = int(counts.sum())
    with np.errstate(over="ignore", invalid="ignore"):
        scale = float(np.abs(values).max()) or 1.0
        scaled = values / scale  # squares of 1e300 would overflow
        mean = float(counts @ scaled / n)
        squares = float(counts @ (scaled - mean) ** 2)
        std = scale * math.sqrt(squares / (n - 1)) if n > 1 else None
    upto = np.cumsum(counts)
    places = np.array(LEVELS) * (n - 1)
    low = values[np.searchsorted(upto, np.floor(places), side="right")]
    high = values[np.searchsorted(upto, np.ceil(places), side="right")]
    part = places - np.floor(places)
    at = low * (1 - part) + high * part
    return {
        "mean": mean * scale,
        "std": std,
        "quantiles": {_level(q): float(x) for q, x in zip(LEVELS, at, strict=True)},
    }


def _histogram_of(values: Floats, counts: Codes) -> tuple[Bin, ...]:
    low, high = float(values[0]), float(values[-1])
    edges = _edges(low, high)
    where = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return _bars(edges, np.bincount(where, counts, len(edges) - 1).astype(np.float64))


def _edges(low: float, high: float) -> Floats:
    """21 edges from ``low`` to ``high``, or two when all values are equal."""
    if low == high:
        return np.array([low, high])
    return np.array([low * (1 - i / BINS) + high * (i / BINS) for i in range(BINS + 1)])


def _bars(edges: Floats, counts: Floats) -> tuple[Bin, ...]:
    return tuple(
        Bin(low=float(a), high=float(b), count=int(n))
        for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)
    )


def _streamed(asked: _Asked, rows: int, distinct: int) -> dict[str, Any]:
    """Sums in one pass, bins in a second; no memory but the sums."""
    facts: dict[str, Any] = {"distinct": distinct, "top": _frequent(asked)}
    if not (asked.is_number or asked.is_time):
        return facts
    number, value = asked.number, asked.value
    quantiles: Callable[[str], str] = (
        (lambda x: f"quantile_cont({x}, {list(LEVELS)})")
        if rows <= EXACT_ROWS
        else (lambda x: f"approx_quantile({x}, {list(LEVELS)})")
    )
    statistics = (
        f"avg({number}), stddev_samp({number}), {quantiles(number)}"
        if asked.is_number
        else "NULL, NULL, NULL"
    )
    finite = f"FILTER ({number} IS NOT NULL)"
    ((low, high, least, most, mean, std, at),) = asked.ask(
        f"min({number}), max({number}), min({value}) {finite}, max({value}) {finite}, {statistics}"
    )
    if low is None:
        return facts
    width = (high - low) / BINS
    index = f"least(CAST(floor(({number} - {low!r}) / {width!r}) AS INTEGER), {BINS - 1})"
    bins = dict(asked.ask(f"{index} AS bar, count({number})", "GROUP BY bar"))
    counts = np.array([bins.get(i, 0) for i in range(BINS)], dtype=np.float64)
    facts |= {"min": _plain(least), "max": _plain(most)}
    facts["histogram"] = _bars(_edges(low, high), counts)
    if at is not None:
        facts |= {"mean": mean, "std": std}
        facts["quantiles"] = {_level(q): float(x) for q, x in zip(LEVELS, at, strict=True)}
    return facts


def _frequent(asked: _Asked) -> tuple[Top, ...]:
    """The most frequent values: sought among the first rows, counted over all."""
    sought = asked.cursor.execute(
        f"SELECT value FROM (SELECT {asked.value} AS value FROM {asked.file} "
        f"LIMIT {_LOOK_FOR_TOPS}) WHERE value IS NOT NULL GROUP BY value HAVING count(*) > 1 "
        f"ORDER BY count(*) DESC, value LIMIT {TOPS}"
    ).fetchall()
    if not sought:
        return ()
    slots = ", ".join("?" * len(sought))
    found = asked.cursor.execute(
        f"SELECT {asked.value} AS value, count(*) AS n FROM {asked.file} "
        f"WHERE {asked.value} IN ({slots}) GROUP BY value ORDER BY n DESC, value",
        [value for (value,) in sought],
    ).fetchall()
    return tuple(Top(value=_text(value), count=n) for value, n in found)


def _level(q: float) -> str:
    return f"{q:g}"


def _text(value: Any) -> str:
    """A value as CSV would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _plain(value: Any) -> Any:
    """A value as JSON would write it."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, int) else float(value)
