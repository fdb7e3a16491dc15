"""The result of a long query as a Parquet file: it can be followed, and stopped at any moment."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from mll_core.domain.connector import Progress
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
    cursor = warehouse.over(tables)
    cursor.execute("SET enable_progress_bar = true")
    cursor.execute("SET enable_progress_bar_print = false")
    statement = warehouse.copying(sql, parquet, "lz4" if for_now else "zstd")
    found = _followed(cursor, lambda: _copy(cursor, statement), progress, says)
    progress(1.0, says)
    return found


def _copy(cursor: duckdb.DuckDBPyConnection, statement: str) -> int:
    with warehouse.room():
        return int(cursor.execute(statement).fetchall()[0][0])


def _followed(
    cursor: duckdb.DuckDBPyConnection, work: Callable[[], int], progress: Progress, says: str
) -> int:
    came: dict[str, Any] = {}

    def run() -> None:
        try:
            came["rows"] = work()
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
    return int(came["rows"])
