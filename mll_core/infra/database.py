"""The catalog: the only mutable truth of a workspace, in SQLite or PostgreSQL (SQLAlchemy)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy import Table

from mll_core.infra import disks, files
from mll_core.infra.anchor import Anchor
from mll_core.infra.database_errors import database_errors
from mll_core.infra.tables import EVENTS, JOBS, METADATA

HEADS = "heads"
"""Where a connection keeps the newest event line before and after its transaction."""


def now() -> str:
    """The time in UTC as ISO text, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Database:
    """One connection pool to the catalog; every write is one short immediate transaction.

    Raises InvalidParameter for SQLite on a network file system.
    """

    def __init__(self, home: Path) -> None:
        self.anchor = Anchor(home)
        address = os.environ.get("MLL_DATABASE_URL") or f"sqlite:///{home / 'catalog.db'}"
        if address.startswith("sqlite"):
            disks.refuse_network(home)
        self.engine = sql.create_engine(address)
        if self.engine.dialect.name == "sqlite":
            sql.event.listen(self.engine, "connect", _settings)
            sql.event.listen(self.engine, "begin", _begin)
        with self.write() as connection:
            METADATA.create_all(connection)
            _add_new_columns(connection, JOBS)

    @contextmanager
    def write(self) -> Iterator[sql.Connection]:
        """A transaction that holds the write lock from its start; commits at the end, or nothing.

        Raises NoRoom when the disk is full or faulty, Conflict when the lock cannot be had.
        """
        with database_errors():
            with (
                self.engine.connect().execution_options(write=True) as connection,
                connection.begin(),
            ):
                files.crash_point("catalog.begun")
                connection.info.pop(HEADS, None)
                yield connection
                heads = connection.info.pop(HEADS, None)
                files.crash_point("catalog.changed")
            files.crash_point("catalog.committed")
        if heads is not None:
            earlier, newest = heads
            self.anchor.advance(earlier, newest, self._hash_of)
            files.crash_point("catalog.anchored")

    def _hash_of(self, number: int) -> str | None:
        with self.read() as connection:
            line = sql.select(EVENTS.c.hash).where(EVENTS.c.number == number)
            found: str | None = connection.execute(line).scalar()
        return found

    @contextmanager
    def read(self) -> Iterator[sql.Connection]:
        """A transaction that only reads. Raises as ``write`` does."""
        with database_errors(), self.engine.connect() as connection:
            yield connection

    def rows(self, query: sql.Select[Any]) -> list[dict[str, Any]]:
        """All rows of a query, as plain dicts."""
        with self.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def intact(self) -> str | None:
        """What SQLite's own integrity check says; None when all is well."""
        if self.engine.dialect.name != "sqlite":
            return None
        with self.read() as connection:
            said = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
        return None if said == "ok" else said

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _settings(connection: Any, _: Any) -> None:
    # Rollback journal: SQLite before 3.51.3 can corrupt a WAL (sqlite.org/wal.html#walresetbug).
    connection.isolation_level = None
    for setting in ("journal_mode=TRUNCATE", "synchronous=FULL", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("PRAGMA secure_delete=ON")


def _add_new_columns(connection: sql.Connection, table: Table) -> None:
    """A catalog of an earlier version gets the (nullable) columns that came since."""
    there = {column["name"] for column in sql.inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in there:
            kind = column.type.compile(connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")


def _begin(connection: sql.Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
