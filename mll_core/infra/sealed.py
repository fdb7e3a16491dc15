"""Sealed files: what may be looked at of one project, derived, read-only, deletable.

``sealed/<sha256>.duckdb`` holds the tables for the console, ``sealed/<sha256>.parquet`` the raw
rows for the pages; named by the data versions in them: another version is another file, so that
nobody who has one open is ever disturbed. Rows of the sealed test are in none of them.
``sealed/<sha256>.<what>`` is something small that was read out of one of these files, or of an
object, so that nobody reads the large file for it again.
"""

import hashlib
import os
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

import duckdb

from mll_core.domain.errors import NoRoom
from mll_core.infra import files, locks, raw_numbers, warehouse
from mll_core.infra.objects import ObjectStore

FORMAT = 2
FORMATS = (".duckdb", ".json", ".parquet")
"""What lies there: each is checked by reading it."""
UNUSED = 7 * 24 * 3600.0
"""Seconds after which a file that nobody asked is deleted; the next question makes it again."""
_PATIENCE = 300.0


@dataclass(frozen=True)
class Versions:
    """Which objects a file is made of (sha256); raw is without the rows numbered in ``sealed``."""

    raw: str
    prepared: str | None = None
    sealed: str | None = None

    @property
    def name(self) -> str:
        """The name of the file."""
        return hashlib.sha256(repr((FORMAT, *astuple(self))).encode()).hexdigest()


def sealed(home: Path, objects: ObjectStore, versions: Versions) -> Path:
    """The tables ``raw`` and, once there is a split, ``prepared``; made if they are not there.

    Raises NotFound, NoRoom.
    """
    file = home / "sealed" / f"{versions.name}.duckdb"
    return _there(home, file, partial(_tables, _statements(objects, versions)))


def open_rows(home: Path, objects: ObjectStore, raw: str, numbers: str) -> Path:
    """The rows of ``raw`` without those of these ``numbers``, as Parquet in their order; made if
    it is not there. Raises NotFound, NoRoom.
    """
    file = home / "sealed" / f"{Versions(raw, sealed=numbers).name}.parquet"
    return _there(home, file, partial(_rows, objects.path(raw), objects.path(numbers)))


def beside(file: Path, what: str, make: Callable[[Path], None]) -> Path | None:
    """``what`` was once read out of a stored ``file``, made if it is not there.

    Its name ends as its format does: whoever checks what is stored reads it by that.
    None when the file is not one of a workspace, or what is made cannot be kept. No lock: two that
    make it at once make the same.
    """
    kept = _place(file, what)
    if kept is None:
        return None
    if not kept.exists():
        try:
            _make(kept.parents[1], kept, make)
        except (NoRoom, OSError):
            return None
    _touch(kept)
    return kept


def there(file: Path, what: str) -> Path | None:
    """The same if it was made before; None when it was not."""
    kept = _place(file, what)
    return kept if kept is not None and kept.exists() else None


def _place(file: Path, what: str) -> Path | None:
    if Path(what).suffix not in FORMATS:
        raise ValueError(f"{what}: whoever checks it would not know its format.")
    if file.parent.name == "sealed":
        return file.parent / f"{file.stem}.{what}"
    if file.parent.parent.name == "objects":
        return file.parents[2] / "sealed" / f"{file.stem}.{what}"
    return None


def _there(home: Path, file: Path, make: Callable[[Path], None]) -> Path:
    if not file.exists():
        lock = home / "locks" / "sealed"
        with locks.held(lock, what="Preparing these tables", patience=_PATIENCE):
            if not file.exists():
                _make(home, file, make)
    _touch(file)
    return file


def _touch(file: Path) -> None:
    with suppress(OSError):  # a disk that cannot be written to may be read all the same
        os.utime(file)


def forget(home: Path) -> int:
    """Delete every sealed file, for what was in one may have to go; how many."""
    return _delete(home, older_than=-1.0)


def sweep(home: Path) -> int:
    """Delete the files that nobody asked for a week; how many."""
    return _delete(home, older_than=UNUSED)


def _delete(home: Path, older_than: float) -> int:
    old = [
        path
        for path in (home / "sealed").glob("*")
        if time.time() - path.stat().st_mtime > older_than
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _make(home: Path, file: Path, make: Callable[[Path], None]) -> None:
    temporary = home / "tmp" / f"{uuid.uuid4().hex}{file.suffix}"
    try:
        with files.disk_errors(home), warehouse.room():
            files.need_room(home, 0)
            make(temporary)
            temporary.chmod(0o444)
            files.settle(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)


def _tables(statements: list[str], temporary: Path) -> None:
    with duckdb.connect(str(temporary), config={"temp_directory": ""}) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        for statement in statements:
            engine.execute(statement)


def _statements(objects: ObjectStore, versions: Versions) -> list[str]:
    raw = objects.path(versions.raw)
    if versions.sealed is None or versions.prepared is None:
        return [f"CREATE TABLE raw AS FROM {warehouse.source(raw)}"]
    prepared = warehouse.source(objects.path(versions.prepared))
    kept = raw_numbers.without(raw, objects.path(versions.sealed))
    return [f"CREATE TABLE prepared AS FROM {prepared}", f"CREATE TABLE raw AS {kept}"]


def _rows(raw: Path, numbers: Path, temporary: Path) -> None:
    with warehouse.connect() as engine:
        target = f"{warehouse.literal(str(temporary))} (FORMAT parquet, COMPRESSION snappy)"
        engine.execute(f"COPY ({raw_numbers.without(raw, numbers)}) TO {target}")
