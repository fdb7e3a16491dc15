"""The catalog: the only mutable truth of a workspace, in SQLite or PostgreSQL (SQLAlchemy)."""

import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy import Column

from mll_core.domain.errors import Untrusted
from mll_core.infra import engine, files
from mll_core.infra.anchor import START, Anchor
from mll_core.infra.database_errors import database_errors
from mll_core.infra.tables import EVENTS, METADATA

HEADS = "heads"
"""Where a connection keeps the newest event line before and after its transaction."""
VOUCHES = "vouches"
"""Where a connection keeps the digests of rows for the event that is to vouch for them."""


def now() -> str:
    """The time in UTC as ISO text, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Database:
    """One connection pool to the catalog; every write is one short transaction of its own.

    Opening changes nothing when all tables are there, so a full disk can still be looked at.
    Raises InvalidParameter for SQLite on a network file system, Unreachable for a silent server,
    Untrusted when the folder belongs to a catalog that is not there.
    """

    def __init__(self, home: Path) -> None:
        self.anchor = Anchor(home)
        self.engine = engine.engine(home)
        lite = self.engine.dialect.name == "sqlite"
        self._file = Path(str(self.engine.url.database)) if lite else None
        weakref.finalize(self, self.engine.dispose)
        self._reading = engine.for_reading(self.engine)
        self._writing = engine.for_writing(self.engine)
        with self.read() as connection:
            complete = not _missing(connection)
        if not complete:
            if not self._has_log():
                self._begin(home)
            with self.write() as connection:
                METADATA.create_all(connection)
                for column in _missing(connection):
                    _add(connection, column)

    def _begin(self, home: Path) -> None:
        """A log is anchored before its first line. Refused beside the files of another catalog:
        a new one would call all of them unnamed.
        """
        self.anchor.begin()
        if self.anchor.read() != START and not self._has_log():
            what = f"The catalog of {home} is not where it is looked for, but its files are there."
            hint = "Check MLL_DATABASE_URL and --home, or restore catalog.db from a copy."
            raise Untrusted(what, hint=hint)

    def _has_log(self) -> bool:
        with self.read() as connection:
            return sql.inspect(connection).has_table(EVENTS.name)

    def fits_its_folder(self) -> bool:
        """Whether the newest line noted beside the files is in this catalog's log."""
        noted = self.anchor.read()
        return noted == START or (noted is not None and self._hash_of(noted.number) == noted.hash)

    @contextmanager
    def write(self) -> Iterator[sql.Connection]:
        """A transaction that holds the write lock from its start; commits at the end, or nothing.

        Raises NoRoom when the disk is full or faulty, Conflict when the lock cannot be had,
        Unreachable when the server cannot be reached.
        """
        with database_errors(self._file):
            with self._writing.connect() as connection, connection.begin():
                files.crash_point("catalog.begun")
                connection.info.pop(HEADS, None)
                connection.info.pop(VOUCHES, None)
                yield connection
                if unsaid := connection.info.pop(VOUCHES, None):
                    raise RuntimeError(f"no event tells of {', '.join(unsaid)}")
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
        """A transaction that only reads, all of it as of one moment. Raises as ``write`` does."""
        with database_errors(), self._reading.connect() as connection:
            yield connection

    def rows(self, query: sql.Select[Any]) -> list[dict[str, Any]]:
        """All rows of a query, as plain dicts."""
        with self.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def intact(self) -> str | None:
        """What the database's own check says; None when all is well.

        SQLite checks its file; PostgreSQL reads every row (it has no check for everybody).
        """
        with self.read() as connection:
            if self.engine.dialect.name == "sqlite":
                said = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
                return None if said == "ok" else said
            for table in METADATA.sorted_tables:
                for _ in connection.execute(sql.select(table)).partitions(1_000):
                    continue
        return None

    def closed(self) -> bool:
        """Whether a PostgreSQL only lets itself be read: a standby, or set so."""
        if self.engine.dialect.name == "sqlite":
            return False
        with self.read() as connection:
            said = connection.exec_driver_sql("SHOW transaction_read_only").scalar()
        return said == "on"

    @property
    def where(self) -> str:
        """The address of the catalog, with the password left out."""
        return self.engine.url.render_as_string(hide_password=True)

    def compact(self) -> None:
        """Give free pages back to the disk, so that nothing deleted is in the file; SQLite only."""
        if self.engine.dialect.name == "sqlite":
            with database_errors(), closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("VACUUM")

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _missing(connection: sql.Connection) -> list[Column[Any]]:
    """The columns a catalog does not have yet, those of whole tables included."""
    there = sql.inspect(connection).get_multi_columns()
    names = {table: {column["name"] for column in columns} for (_, table), columns in there.items()}
    return [
        column
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.name not in names.get(table.name, ())
    ]


def _add(connection: sql.Connection, column: Column[Any]) -> None:
    """A catalog of an earlier version gets a (nullable) column that came since."""
    kind = column.type.compile(connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {column.name} {kind}")
