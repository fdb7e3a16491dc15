import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sql
from read_only import read_only

from mll_core.domain.errors import Conflict, MllError, NoRoom, Untrusted
from mll_core.domain.identity import Actor
from mll_core.infra import events
from mll_core.infra.database import Database
from mll_core.infra.database_errors import in_words

ANA = Actor(name="ana")


def test_a_full_catalog_is_said_in_words_and_keeps_what_it_had(tmp_path: Path) -> None:
    database = Database(tmp_path)

    @sql.event.listens_for(database.engine, "begin")
    def small(connection: sql.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with pytest.raises(NoRoom, match="full"), database.write() as connection:
        events.append(connection, "document.saved", None, ANA, text="x" * 100_000)
    assert events.read(database, None, 5) == ()
    assert database.intact() is None


def test_a_catalog_that_can_only_be_read_is_no_fault_of_the_disk(tmp_path: Path) -> None:
    """SQLite tells both alike when the file was closed to writers while it was open."""
    file = tmp_path / "catalog.db"
    file.touch()
    fault = sqlite3.OperationalError("disk I/O error")
    assert "fault" in str(in_words(fault, file))
    with read_only(tmp_path):
        closed = in_words(fault, file)
    assert closed
    assert str(closed) == "The catalog cannot be written to."
    assert "space" not in closed.hint


def test_a_lock_that_is_kept_is_a_conflict(tmp_path: Path) -> None:
    first, second = Database(tmp_path), Database(tmp_path)

    @sql.event.listens_for(second.engine, "connect")
    def hasty(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    second.close()
    with first.write(), pytest.raises(Conflict, match="writing"), second.write():
        pass


def test_a_damaged_catalog_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_bytes(b"no database, but long enough for a page" * 200)
    with pytest.raises(Untrusted, match="damaged"):
        Database(tmp_path)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("attempt to write a readonly database", NoRoom),
        ("disk I/O error", NoRoom),
        ("unable to open database file", NoRoom),
        ("could not extend file: No space left on device", NoRoom),
        ("database is locked", Conflict),
        ("no such column: x", None),
    ],
)
def test_what_databases_say_has_a_sentence(said: str, kind: type[MllError] | None) -> None:
    found = in_words(sqlite3.OperationalError(said))
    assert (type(found) if found else None) is kind
    assert in_words(sqlite3.IntegrityError(said)) is None
