"""The subject in the prediction log: records found and destroyed, free pages included."""

import json
import sqlite3
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from mll_core.domain.subject import Subject
from mll_core.infra.personal import code

Is = Callable[[Mapping[str, Any]], bool]


def is_subject(subject: Subject, names: Callable[[str], bool]) -> Is:
    """Whether a record (a row told as a dict) is the subject's.

    It is told by the subject's columns; without all of them by a mark in any of its values.
    """

    def found(record: Mapping[str, Any]) -> bool:
        if all(column in record for column in subject.columns):
            return all(_same(record[c.column], c.value) for c in subject.conditions)
        return any(names(str(value)) for value in record.values())

    return found


def count(folder: Path, is_theirs: Is) -> int:
    """How many logged records are the subject's."""
    total = 0
    for day in _days(folder):
        with closing(sqlite3.connect(day, timeout=15)) as connection:
            total += len(_theirs(connection, is_theirs))
    return total


def destroy(folder: Path, is_theirs: Is) -> int:
    """Delete the subject's records with their outcomes, and overwrite what they stood on."""
    total = 0
    for day in _days(folder):
        with closing(sqlite3.connect(day, timeout=15)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            theirs = _theirs(connection, is_theirs)
            if not theirs:
                continue
            with connection:
                for table in ("request", "outcome"):
                    sql = f"DELETE FROM {table} WHERE request_id = ? AND record = ?"
                    connection.executemany(sql, theirs)
            connection.execute("VACUUM")
            total += len(theirs)
    return total


def _days(folder: Path) -> list[Path]:
    return sorted(folder.glob("????-??-??.db"))


def _theirs(connection: sqlite3.Connection, is_theirs: Is) -> list[tuple[str, int]]:
    rows = connection.execute("SELECT request_id, record, input FROM request")
    return [(key, number) for key, number, given in rows if is_theirs(json.loads(given))]


def _same(value: Any, wanted: str) -> bool:
    if isinstance(value, bool) or value is None:
        return str(value).lower() == wanted.lower() if value is not None else False
    if isinstance(value, int | float):
        try:
            return float(value) == float(wanted)
        except ValueError:
            return False
    text = unicodedata.normalize("NFC", str(value))
    plain = unicodedata.normalize("NFC", wanted)
    return text in (plain, code(plain))
