"""Texts in the tables of an SQLite file that is not ours, written anew; MLflow's above all."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

_RUNS = (
    "SELECT r.run_uuid FROM runs r JOIN experiments e ON r.experiment_id = e.experiment_id "
    "WHERE e.name = ?"
)


def rewrite_runs(path: Path, project: str, new: Callable[[str], str]) -> int:
    """Every text that MLflow keeps of a project's runs, written anew; how many cells changed."""
    changed = 0
    with closing(sqlite3.connect(path, timeout=60)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = OFF")
        with connection:
            for table in _tables(connection):
                columns = _columns(connection, table)
                if "run_uuid" in columns:
                    changed += _rewrite(connection, table, columns, (project, new))
        if changed:
            connection.execute("VACUUM")
    return changed


def _rewrite(
    connection: sqlite3.Connection,
    table: str,
    columns: list[str],
    how: tuple[str, Callable[[str], str]],
) -> int:
    project, new = how
    changed = 0
    for column in columns:
        sql = f"SELECT rowid, {_quoted(column)} FROM {_quoted(table)} WHERE run_uuid IN ({_RUNS})"
        for row, value in connection.execute(sql, (project,)).fetchall():
            if not isinstance(value, str) or (after := new(value)) == value:
                continue
            update = f"UPDATE {_quoted(table)} SET {_quoted(column)} = ? WHERE rowid = ?"
            connection.execute(update, (after, row))
            changed += 1
    return changed


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [name for (name,) in found]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(table)})")]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
