"""A fixed sample of a file for people to look at, drawn once and kept beside a stored file."""

from functools import lru_cache, partial
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
_PLACE = "file_row_number"


def sample(path: Path) -> tuple[pa.Table, int]:
    """At most SAMPLE rows in their order, of the four kinds; and how many rows there are.

    Raises UnreadableSource.
    """
    if not path.is_file():
        return _drawn(path)
    seen = path.stat()
    return _known(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(KEPT)
def _known(path: Path, _: int, __: int) -> tuple[pa.Table, int]:
    return _drawn(path)


def _drawn(path: Path) -> tuple[pa.Table, int]:
    table = warehouse.table(path)
    placed = path.suffix == ".parquet" and _PLACE not in table.columns
    total = int(pq.read_metadata(path).num_rows) if placed else warehouse.count(table, path)
    query = warehouse.to_sql(raw_rows.normal(table))
    if total <= SAMPLE:
        return warehouse.arrow(query, path), total
    drawn = partial(_picked, path, query, total, placed)
    kept = sealed.beside(path, KIND, lambda file: pq.write_table(drawn(), file))
    return (pq.read_table(kept) if kept else drawn()), total


def _picked(path: Path, query: str, total: int, placed: bool) -> pa.Table:
    picked = f"SELECT n FROM range({total}) t(n) ORDER BY hash(n), n LIMIT {SAMPLE}"
    if placed:  # reads little more than the rows it needs
        source = f"{warehouse.source(path)[:-1]}, {_PLACE} = true)"
        rows = f"SELECT * FROM {source} WHERE {_PLACE} IN ({picked}) ORDER BY {_PLACE}"
        rows = f"SELECT * EXCLUDE ({_PLACE}) FROM ({rows})"
        return warehouse.arrow(f"WITH {warehouse.ROWS} AS ({rows}) FROM ({query})", path)
    keep = f"SELECT n IN ({picked}) AS keep FROM range({total}) t(n) ORDER BY n"
    query = f"SELECT r.* FROM ({query}) r POSITIONAL JOIN ({keep}) k WHERE k.keep"
    return warehouse.arrow(query, path)
