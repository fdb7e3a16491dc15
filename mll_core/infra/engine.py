"""How the catalog is reached: SQLite beside the data, or PostgreSQL by one address."""

import os
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from mll_core.domain.errors import InvalidParameter, NotReady
from mll_core.infra import disks

ADDRESS = "MLL_DATABASE_URL"
SUCH_AS = "Such as postgresql://mll:PASSWORD@db.example.org/mll, or leave it out for SQLite."
WRITERS = 7_305_447_120_923_511
"""The advisory lock of PostgreSQL that every writer holds (any number nobody else uses)."""
PATIENCE = 15
"""Seconds a writer waits for another."""
SILENT = 60
"""Seconds a transaction of PostgreSQL may do nothing before its lock is somebody else's."""


def engine(home: Path) -> sql.Engine:
    """The connections to the catalog of a workspace; none is opened yet.

    Raises InvalidParameter for an address that is none or SQLite on a network file system,
    NotReady without the driver.
    """
    address = _address(home)
    if address.get_backend_name() == "sqlite":
        disks.refuse_network(Path(str(address.database)).parent)
        made = sql.create_engine(address, hide_parameters=True)
        sql.event.listen(made, "connect", _settings)
        sql.event.listen(made, "begin", _begin_immediate)
        return made
    try:
        made = sql.create_engine(
            address,
            connect_args={"connect_timeout": PATIENCE, "application_name": "mll"},
            hide_parameters=True,
            isolation_level="READ COMMITTED",  # a writer sees what the one before it committed
            max_overflow=14,
            pool_pre_ping=True,
            pool_size=1,
        )
    except ModuleNotFoundError as error:
        hint = "Install it: pip install 'mll-workbench[postgres]'."
        raise NotReady("The driver for PostgreSQL is not installed.", hint=hint) from error
    sql.event.listen(made, "begin", _begin_alone)
    return made


def for_reading(engine: sql.Engine) -> sql.Engine:
    """The same connections for transactions that only read: all they see is of one moment."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def for_writing(engine: sql.Engine) -> sql.Engine:
    """The same connections for transactions that keep other writers out from their start."""
    return engine.execution_options(write=True)


def _address(home: Path) -> sql.URL:
    told = os.environ.get(ADDRESS)
    if not told:
        return sql.URL.create("sqlite", database=str(home / "catalog.db"))
    try:
        address = sql.make_url(told)
        backend = address.get_backend_name()
    except (sql.exc.ArgumentError, ValueError):  # not chained: it would repeat the password
        what = f"{ADDRESS} is not the address of a database."
        raise InvalidParameter(what, hint=SUCH_AS) from None
    if backend in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and address.database not in (None, "", ":memory:"):
        return address
    what = f"{ADDRESS} names {backend}, where the catalog cannot be."
    raise InvalidParameter(what, hint=SUCH_AS)


def _settings(connection: Any, _: Any) -> None:
    # Rollback journal: SQLite before 3.51.3 can corrupt a WAL (sqlite.org/wal.html#walresetbug).
    connection.isolation_level = None
    for setting in ("journal_mode=TRUNCATE", "synchronous=FULL", f"busy_timeout={PATIENCE}000"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("PRAGMA secure_delete=ON")


def _begin_immediate(connection: sql.Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin_alone(connection: sql.Connection) -> None:
    if connection.get_execution_options().get("write"):
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = '{PATIENCE}s'; "
            f"SET LOCAL idle_in_transaction_session_timeout = '{SILENT}s'; "
            "SET LOCAL synchronous_commit = on; "
            f"SELECT pg_advisory_xact_lock({WRITERS})"
        )
