"""Sealed files: the tables of one project for the console, derived, read-only, deletable.

``sealed/<sha256>.duckdb``, named by the data versions in it: another version is another file, so
that nobody who has one open is ever disturbed. Rows of the sealed test are in none of them.
"""

import hashlib
import os
import time
import uuid
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb

from mll_core.infra import files, locks, raw_rows, warehouse
from mll_core.infra.objects import ObjectStore

FORMAT = 1
UNUSED = 7 * 24 * 3600.0
"""Seconds after which a file that nobody asked is deleted; the next question makes it again."""
_PATIENCE = 300.0


@dataclass(frozen=True)
class Versions:
    """Which data versions a file is made of (sha256); the rows of ``test`` are left out of raw."""

    raw: str
    prepared: str | None = None
    test: str | None = None

    @property
    def name(self) -> str:
        """The name of the file."""
        return hashlib.sha256(repr((FORMAT, *astuple(self))).encode()).hexdigest()


def sealed(home: Path, objects: ObjectStore, versions: Versions) -> Path:
    """The file of these versions, made if it is not there. Raises NotFound, NoRoom.

    Tables: ``raw`` and, once there is a split, ``prepared``. Without a way to tell which raw rows
    are test rows, there is no ``raw``.
    """
    file = home / "sealed" / f"{versions.name}.duckdb"
    if not file.exists():
        lock = home / "locks" / "sealed"
        with locks.held(lock, what="Preparing these tables", patience=_PATIENCE):
            if not file.exists():
                _make(home, file, _statements(objects, versions))
    with suppress(OSError):  # a disk that cannot be written to may be read all the same
        os.utime(file)
    return file


def forget(home: Path) -> int:
    """Delete every sealed file, for what was in one may have to go; how many."""
    return _delete(home, older_than=-1.0)


def sweep(home: Path) -> int:
    """Delete the files that nobody asked for a week; how many."""
    return _delete(home, older_than=UNUSED)


def _delete(home: Path, older_than: float) -> int:
    old = [
        path
        for path in (home / "sealed").glob("*.duckdb")
        if time.time() - path.stat().st_mtime > older_than
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _make(home: Path, file: Path, statements: list[str]) -> None:
    temporary = home / "tmp" / f"{uuid.uuid4().hex}.duckdb"
    try:
        with files.disk_errors(home), warehouse.room():
            files.need_room(home, 0)
            with duckdb.connect(str(temporary), config={"temp_directory": ""}) as engine:
                engine.execute("SET TimeZone = 'UTC'")
                for statement in statements:
                    engine.execute(statement)
            temporary.chmod(0o444)
            files.settle(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)


def _statements(objects: ObjectStore, versions: Versions) -> list[str]:
    raw = warehouse.source(objects.path(versions.raw))
    if versions.test is None or versions.prepared is None:
        return [f"CREATE TABLE raw AS FROM {raw}"]
    prepared = warehouse.source(objects.path(versions.prepared))
    made = [f"CREATE TABLE prepared AS FROM {prepared}"]
    if kept := _without(objects.path(versions.raw), objects.path(versions.test)):
        made.append(f"CREATE TABLE raw AS {kept}")
    return made


def _without(raw: Path, test: Path) -> str | None:
    """The query for the rows of ``raw`` that are no test rows; None when they cannot be told.

    A test row is a raw row whose cells were only brought to the kinds that recipes know, so both
    are compared as such. Should two rows collide, one row less is shown, never one more.
    """
    table = warehouse.table(raw)
    if list(warehouse.columns(test)) != list(table.columns):
        return None
    mark = f"hash({', '.join(map(warehouse.identifier, table.columns))})"
    normal = warehouse.to_sql(raw_rows.normal(table))
    ours = f"SELECT {mark} AS h FROM ({normal})"
    theirs = f"SELECT {mark} AS h FROM {warehouse.source(test)}"
    lost = warehouse.query(f"SELECT count(*) FROM ({theirs}) WHERE h NOT IN ({ours})", rows=raw)
    if lost.column(0)[0].as_py():
        return None
    rows = f"WITH rows AS (FROM {warehouse.source(raw)})"
    return (
        f"{rows} SELECT r.* FROM rows r POSITIONAL JOIN ({ours}) marks "
        f"WHERE marks.h NOT IN ({theirs})"
    )
