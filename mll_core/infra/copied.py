"""Long queries that can be followed, and stopped at any moment."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow as pa

from mll_core.domain.connector import Progress
from mll_core.domain.step import Learned
from mll_core.infra import warehouse
from mll_core.infra.warehouse import Rows

LOOK = 0.5
"""Seconds between two looks at how far it is."""


def write(
    sql: str,
    tables: Mapping[str, Rows],
    parquet: Path,
    progress: Progress,
    says: str,
    *,
    for_now: bool = False,
) -> int:
    """What ``warehouse.write`` does, telling ``progress`` the share done; how many rows.

    ``tables``: the rows and other tables, each by the name the query calls it. What ``progress``
    raises ends the query, and is raised. ``for_now``: written soon rather than small. Raises
    NoRoom.
    """
    cursor = _followable(tables)
    statement = warehouse.copying(sql, parquet, "lz4" if for_now else "zstd")
    found = int(_followed(cursor, lambda: _copy(cursor, statement), progress, says))
    progress(1.0, says)
    return found


def records(query: ir.Table, tables: Mapping[str, Rows], progress: Progress, says: str) -> Learned:
    """What ``warehouse.records`` does, telling ``progress`` the share done. Raises as ``arrow``."""
    cursor, sql = _followable(tables), warehouse.to_sql(query)

    def work() -> Learned:
        with warehouse.room():
            result = cursor.execute(sql)
            names = [column[0] for column in result.description or []]
            return tuple(dict(zip(names, row, strict=True)) for row in result.fetchall())

    found: Learned = _followed(cursor, work, progress, says)
    return found


def arrow(sql: str, tables: Mapping[str, Rows], progress: Progress, says: str) -> pa.Table:
    """What ``warehouse.arrow`` does, telling ``progress`` the share done. Raises NoRoom, and what
    ``progress`` raises, which ends the query.
    """
    cursor = _followable(tables)

    def work() -> pa.Table:
        with warehouse.room():
            return cursor.sql(sql).to_arrow_table()

    found: pa.Table = _followed(cursor, work, progress, says)
    return found


def _followable(tables: Mapping[str, Rows]) -> duckdb.DuckDBPyConnection:
    cursor = warehouse.over(tables)
    cursor.execute("SET enable_progress_bar = true")
    cursor.execute("SET enable_progress_bar_print = false")
    return cursor


def _copy(cursor: duckdb.DuckDBPyConnection, statement: str) -> int:
    with warehouse.room():
        return int(cursor.execute(statement).fetchall()[0][0])


def _followed(
    cursor: duckdb.DuckDBPyConnection, work: Callable[[], Any], progress: Progress, says: str
) -> Any:
    came: dict[str, Any] = {}

    def run() -> None:
        try:
            came["found"] = work()
        except BaseException as error:  # told by whoever waits
            came["error"] = error

    thread = threading.Thread(target=run, name="copy")
    thread.start()
    done = 0.0
    try:
        while thread.is_alive():
            thread.join(LOOK)
            done = max(done, cursor.query_progress() / 100)  # below 0 when nothing is known
            progress(done, says)
    except BaseException:
        cursor.interrupt()
        thread.join()
        raise
    if "error" in came:
        raise came["error"]
    return came["found"]
