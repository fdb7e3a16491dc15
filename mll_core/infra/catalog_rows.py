"""Everything the catalog says of a project, whatever the table: read, and written anew."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sql
from sqlalchemy import Table, Text

from mll_core.infra.json_text import JSON
from mll_core.infra.tables import ERASURES, EVENTS, JOBS, METADATA

SHA256 = re.compile(r"[0-9a-f]{64}")
_NEVER = (EVENTS.name, ERASURES.name)


def strings(value: Any) -> Iterator[str]:
    """Every text in plain data, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield str(key)
            yield from strings(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from strings(entry)


def told(connection: sql.Connection) -> Iterator[tuple[str | None, str]]:
    """(project, text) of every text that stands under a project, the event log included."""
    for table in (*tables(), EVENTS):
        wanted = [
            _owner(table).label("owner"),
            *(column for column in table.columns if _speaks(column)),
        ]
        for row in connection.execute(sql.select(*wanted)):
            for value in row[1:]:
                for text in strings(value):
                    yield row[0], text


def rewrite(
    connection: sql.Connection, table: Table, project: str, new: Callable[[str, Any], Any]
) -> int:
    """Write each speaking cell of a project anew, where ``new(column, value)`` differs; rows."""
    columns = [column for column in table.columns if _speaks(column)]
    keys = list(table.primary_key.columns)
    mine = sql.select(*keys, *columns).where(_owner(table) == project)
    changed = 0
    for row in connection.execute(mine).mappings().all():
        values = {c.name: new(c.name, row[c.name]) for c in columns if row[c.name] is not None}
        differing = {name: value for name, value in values.items() if value != row[name]}
        if differing:
            this = sql.and_(*(key == row[key.name] for key in keys))
            connection.execute(table.update().where(this).values(differing))
            changed += 1
    return changed


def tables() -> list[Table]:
    """The tables whose rows belong to a project, but the event log and the orders to erase."""
    owned = ({"project", "job"} & set(table.columns.keys()) for table in METADATA.sorted_tables)
    return [
        table
        for table, by in zip(METADATA.sorted_tables, owned, strict=True)
        if by and table.name not in _NEVER
    ]


def _owner(table: Table) -> sql.ColumnElement[Any]:
    """The project a row belongs to: its own column, else that of its job."""
    if "project" in table.columns:
        return table.c.project
    return sql.select(JOBS.c.project).where(JOBS.c.id == table.c.job).scalar_subquery()


def _speaks(column: sql.Column[Any]) -> bool:
    """Whether a cell may hold what somebody said or found; keys and states do not."""
    if column.primary_key or column.name in ("project", "actor", "author", "account"):
        return False
    return isinstance(column.type, JSON | Text) or column.name == "data_version"
