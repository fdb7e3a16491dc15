"""The inside of a cage for SQLite files: read-only, one SELECT, types that every row fits."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from mll_core.domain.connector import Progress
from mll_core.infra import table_stream
from mll_core.infra.file_database import told
from mll_core.infra.table_stream import BATCH, Stream

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_LONGEST = 100_000_000
_CHUNK = 100


def inside(*, path: str, statement: str, parquet: str, memory: int, progress: Progress) -> str:
    """Write the rows of ``statement``. Text that is an ISO date in every row becomes a date."""
    with told(path, sqlite3.Error):
        connection = sqlite3.connect(f"file:{quote(path)}?mode=ro&immutable=1", uri=True)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.set_authorizer(_allow)
        cursor = connection.execute(statement)
        names = [column[0] for column in cursor.description]
        table_stream.refuse_names(names)
        kinds = [kind for some in _chunks(names) for kind in _judged(connection, statement, some)]
        stream = Stream(
            names=names,
            types=[_TYPES[kind][0] for kind in kinds],
            mend=[_TYPES[kind][1] for kind in kinds],
            batches=_batches(cursor),
        )
        return table_stream.write(stream, Path(parquet), progress)


def _allow(action: int, name: str | None, second: str | None, *_: str | None) -> int:
    """Reading, and functions of SQLite itself; nothing that attaches, writes or loads."""
    plain = action == sqlite3.SQLITE_FUNCTION and second not in ("load_extension", "writefile")
    return sqlite3.SQLITE_OK if action in _ALLOWED or plain else sqlite3.SQLITE_DENY


def _batches(cursor: sqlite3.Cursor) -> Iterator[Sequence[Sequence[Any]]]:
    while rows := cursor.fetchmany(BATCH):
        yield rows


def _chunks(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _CHUNK):
        yield names[start : start + _CHUNK]


def _judged(connection: sqlite3.Connection, statement: str, names: list[str]) -> list[str]:
    """What the values of each column are; SQLite keeps a type with every value, not column."""
    asked = []
    for name in names:
        column = '"' + name.replace('"', '""') + '"'
        seconds = f"replace(substr({column}, 1, 19), 'T', ' ')"
        asked += [
            f"group_concat(DISTINCT typeof({column}))",
            f"total({column} IS NOT NULL AND coalesce(date({column}), '') <> {column})",
            f"total({column} IS NOT NULL AND (length({column}) <> 19"
            f" OR coalesce(datetime({column}), '') <> {seconds}))",
        ]
    (row,) = connection.execute(f"SELECT {', '.join(asked)} FROM ({statement}\n)").fetchall()
    return [_kind(*row[i : i + 3]) for i in range(0, len(row), 3)]


def _kind(types: str | None, no_dates: float, no_times: float) -> str:
    found = set((types or "null").split(",")) - {"null"}
    if "blob" in found:
        return "bytes"
    if found == {"integer"}:
        return "whole"
    if found and found <= {"integer", "real"}:
        return "number"
    if found == {"text"} and not (no_dates and no_times):
        return "time" if no_dates else "date"
    return "text"


_TYPES: dict[str, tuple[pa.DataType | None, Any]] = {
    "bytes": (None, None),
    "whole": (pa.int64(), None),
    "number": (pa.float64(), float),
    "date": (pa.date32(), date.fromisoformat),
    "time": (pa.timestamp("us"), datetime.fromisoformat),
    "text": (pa.string(), str),
}
