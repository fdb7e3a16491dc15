"""A fixed sample of a file for people to look at, drawn once and kept beside a stored file."""

import hashlib
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, lru_cache, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.infra import raw_rows, sealed, warehouse

SAMPLE = 10_000
"""No more rows than these, drawn by the hash of the row's number."""
KEPT = 8
"""Samples that a process remembers."""
KIND = "sample1"
"""How a kept sample is called; another number when another sample is drawn."""
WIDE = 4
"""So many times the rows that are wanted are looked at to find whole groups among them."""
_PLACE = "file_row_number"
SLOW = 1_000_000
"""From so many rows on nobody should wait for whole groups to be drawn."""
PAUSE = 1.0
"""Seconds before it begins, so that the page which asks is drawn first."""
_DRAWING: dict[tuple[Path, tuple[str, ...]], "Future[object]"] = {}
_LOCK = threading.Lock()


def sample(path: Path, by: tuple[str, ...] = ()) -> tuple[pa.Table, int]:
    """At most SAMPLE rows in their order, of the four kinds; and how many rows there are.

    With ``by`` all rows that agree in these columns are there, or none of them: no row at all when
    there are too many of each. Raises UnreadableSource.
    """
    if not path.is_file():
        return _drawn(path, by)
    seen = path.stat()
    return _known(path, by, seen.st_mtime_ns, seen.st_size)


def ready(path: Path, by: tuple[str, ...]) -> bool:
    """Whether a sample of whole groups is there, or soon drawn; else it is begun beside all else.

    What drawing raises is raised by ``sample``.
    """
    if path.suffix != ".parquet" or pq.read_metadata(path).num_rows < SLOW:
        return True
    if sealed.there(path, _kind(by)):
        return True
    key = (path, by)
    with _LOCK:
        if key not in _DRAWING:
            _DRAWING[key] = _aside().submit(_politely, path, by)
        return _DRAWING[key].done()


def _politely(path: Path, by: tuple[str, ...]) -> None:
    time.sleep(PAUSE)
    sample(path, by)


@cache
def _aside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "sample")


@lru_cache(KEPT)
def _known(path: Path, by: tuple[str, ...], _: int, __: int) -> tuple[pa.Table, int]:
    return _drawn(path, by)


def _drawn(path: Path, by: tuple[str, ...]) -> tuple[pa.Table, int]:
    table = warehouse.table(path)
    placed = path.suffix == ".parquet" and _PLACE not in table.columns
    total = int(pq.read_metadata(path).num_rows) if placed else warehouse.count(table, path)
    query = warehouse.to_sql(raw_rows.normal(table))
    if total <= SAMPLE:
        return warehouse.arrow(query, path), total
    chosen = _together(query, by, total) if by else _apart(total)
    drawn = partial(_picked, path, query, (chosen, total), placed)
    kept = sealed.beside(path, _kind(by), lambda file: pq.write_table(drawn(), file))
    return (pq.read_table(kept) if kept else drawn()), total


def _kind(by: tuple[str, ...]) -> str:
    """How the kept sample is called."""
    grouped = f"-{hashlib.sha256(repr(by).encode()).hexdigest()[:16]}" if by else ""
    return f"{KIND}{grouped}.parquet"


def _apart(total: int) -> str:
    """The numbers of the rows that are drawn one by one."""
    return f"SELECT n FROM range({total}) t(n) ORDER BY hash(n), n LIMIT {SAMPLE}"


def _together(query: str, by: tuple[str, ...], total: int) -> str:
    """The numbers of the rows that are drawn group by group, by the hash of what they agree in."""
    key = f"hash({', '.join(map(warehouse.identifier, by))})"
    most = min(2**64 - 1, 2**64 * WIDE * SAMPLE // total)  # the others' turn would not come
    rows = f"SELECT {key} AS h, row_number() OVER () - 1 AS n FROM ({query})"
    sizes = f"SELECT h, count(*) AS rows FROM few GROUP BY h HAVING count(*) <= {SAMPLE}"
    until = f"SELECT h, sum(rows) OVER (ORDER BY h) AS until FROM ({sizes})"
    few = f"few AS MATERIALIZED (SELECT * FROM ({rows}) WHERE h <= {most})"
    return f"WITH {few} SELECT n FROM few JOIN ({until}) USING (h) WHERE until <= {SAMPLE}"


def _picked(path: Path, query: str, chosen: tuple[str, int], placed: bool) -> pa.Table:
    numbers, total = chosen
    picked = warehouse.arrow(numbers, path)
    if placed:  # reads little more than the rows it needs
        source = f"{warehouse.source(path)[:-1]}, {_PLACE} = true)"
        rows = f"SELECT * FROM {source} WHERE {_PLACE} IN (FROM picked) ORDER BY {_PLACE}"
        rows = f"SELECT * EXCLUDE ({_PLACE}) FROM ({rows})"
        query = f"WITH {warehouse.ROWS} AS ({rows}) FROM ({query})"
        return warehouse.arrow(query, path, picked=picked)
    keep = f"SELECT n IN (FROM picked) AS keep FROM range({total}) t(n) ORDER BY n"
    query = f"SELECT r.* FROM ({query}) r POSITIONAL JOIN ({keep}) k WHERE k.keep"
    return warehouse.arrow(query, path, picked=picked)
