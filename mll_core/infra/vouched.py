"""Rows of the catalog that the event log vouches for: results, documents, models, approvals.

The event that tells of such a row holds its digest, in the same transaction. The log is a chain
that is anchored and signed, so a row that was changed, put in or taken out by anything but the
workbench is seen. A digest is salted by its row: a row that is written anew without somebody gets
another salt, and what it said before cannot be guessed from the log.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sql
from sqlalchemy import Table

from mll_core.infra.database import VOUCHES, Database
from mll_core.infra.tables import ALIASES, APPROVALS, ARTEFACTS, DOCUMENTS, EVENTS, MODELS

TABLES: Mapping[str, Table] = {
    table.name: table for table in (DOCUMENTS, ARTEFACTS, MODELS, APPROVALS, ALIASES)
}
GONE = ""
"""What stands for the digest of a row that was deleted."""


class Astray(NamedTuple):
    """A row that is not what the log vouches for; ``project`` is None for one that is not there."""

    table: str
    key: str
    project: str | None


def insert(connection: sql.Connection, table: Table, **values: Any) -> None:
    """Add a row; the event appended next in this transaction vouches for it."""
    values["salt"] = secrets.token_hex(16)
    made = connection.execute(table.insert().values(values)).inserted_primary_key
    keys = zip(table.primary_key.columns, made or (), strict=True)
    this = sql.and_(*(column == value for column, value in keys))
    _note(connection, table, _rows(connection, table, this))


def delete(connection: sql.Connection, table: Table, where: sql.ColumnElement[bool]) -> None:
    """Delete rows; the event appended next in this transaction says that they are gone."""
    for row in _rows(connection, table, where):
        connection.info.setdefault(VOUCHES, {})[_key(table, row)] = GONE
    connection.execute(table.delete().where(where))


def anew(connection: sql.Connection, project: str | None, but: Iterable[Astray] = ()) -> None:
    """Vouch for every row of a project (None: of all) as it is now, ``but`` for some."""
    left = {one.key for one in but}
    for table in TABLES.values():
        mine = sql.true() if project is None else table.c.project == project
        for row in list(_rows(connection, table, mine)):
            if _key(table, row) not in left:
                fresh = {**row, "salt": secrets.token_hex(16)}
                this = sql.and_(*(c == row[c.name] for c in table.primary_key.columns))
                connection.execute(table.update().where(this).values(salt=fresh["salt"]))
                _note(connection, table, [fresh])


def compare(database: Database) -> tuple[int, list[Astray]]:
    """How many rows were looked at, and those astray."""
    with database.read() as connection:
        counts = (sql.select(sql.func.count()).select_from(table) for table in TABLES.values())
        return sum(connection.scalar(count) or 0 for count in counts), astray(connection)


def astray(connection: sql.Connection) -> list[Astray]:
    """The rows that the log does not vouch for, and those it vouches for that are not there."""
    known = _told(connection)
    found = []
    for table in TABLES.values():
        for row in _rows(connection, table, sql.true()):
            key = _key(table, row)
            if known.pop(key, GONE) != _digest(table, row):
                found.append(Astray(table.name, key, row["project"]))
    missing = [key for key, digest in known.items() if digest != GONE]
    return found + [Astray(key.partition("/")[0], key, None) for key in missing]


def _told(connection: sql.Connection) -> dict[str, str]:
    """By the key of a row: what the log says last of it."""
    query = sql.select(EVENTS.c.vouches).where(EVENTS.c.vouches.is_not(None))
    lines = connection.execute(query.order_by(EVENTS.c.number)).scalars()
    return {key: digest for line in lines for key, digest in line.items()}


def _rows(
    connection: sql.Connection, table: Table, where: sql.ColumnElement[bool]
) -> Iterator[dict[str, Any]]:
    found = connection.execute(sql.select(table).where(where)).mappings()
    return (dict(row) for row in found)


def _note(connection: sql.Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    noted = connection.info.setdefault(VOUCHES, {})
    noted.update({_key(table, row): _digest(table, row) for row in rows})


def _key(table: Table, row: Mapping[str, Any]) -> str:
    own = [str(row[column.name]) for column in table.primary_key.columns]
    return "/".join((table.name, *own))


def _digest(table: Table, row: Mapping[str, Any]) -> str:
    text = json.dumps([table.name, dict(row)], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
