from pathlib import Path

import pytest
import sqlalchemy as sql

from mll_core.domain.identity import Actor
from mll_core.infra import events
from mll_core.infra.database import Database
from mll_core.infra.tables import EVENTS

ANA = Actor(name="ana")
pytestmark = pytest.mark.usefixtures("catalog")


@pytest.fixture
def log(tmp_path: Path) -> Database:
    database = Database(tmp_path)
    with database.write() as connection:
        for i in range(20):
            events.append(connection, "data.checked", f"p{i % 2}", ANA, i=i, text='ü"\n')
    return database


def test_the_newest_come_first_and_one_project_sees_its_own(log: Database) -> None:
    assert [event.detail["i"] for event in events.read(log, None, 3)] == [19, 18, 17]
    assert [event.detail["i"] for event in events.read(log, "p0", 2)] == [18, 16]
    assert events.read(log, None, 9, kind="other") == ()


def test_an_untouched_log_is_unbroken(log: Database) -> None:
    assert events.first_broken(log) is None


@pytest.mark.parametrize(
    "edit",
    [
        EVENTS.update().where(EVENTS.c.number == 7).values(actor="eve"),
        EVENTS.update().where(EVENTS.c.number == 7).values(detail={"i": 0}),
        EVENTS.update().where(EVENTS.c.number == 7).values(hash="0" * 64),
        EVENTS.delete().where(EVENTS.c.number == 7),
    ],
    ids=["actor", "detail", "hash", "removed"],
)
def test_every_edit_is_seen_where_it_was_made(log: Database, edit: sql.UpdateBase) -> None:
    with log.write() as connection:
        connection.execute(edit)
    assert events.first_broken(log) == 7


def test_a_line_and_what_it_tells_of_are_written_together_or_not_at_all(log: Database) -> None:
    def fail() -> None:
        with log.write() as connection:
            events.append(connection, "document.saved", None, ANA)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert events.read(log, None, 1)[0].kind == "data.checked"


def test_an_erased_detail_leaves_the_chain_whole_only_when_a_line_says_so(log: Database) -> None:
    with log.write() as connection:
        told = events.append(connection, "document.saved", "p", ANA, reason="about Zoltan")
        events.append(connection, "document.saved", "p", ANA, reason="about nobody")
    with log.write() as connection:
        events.erase_detail(connection, told)
    assert events.first_broken(log) == told.number
    with log.write() as connection:
        events.append(connection, events.ERASURE, "p", ANA, lines=[told.number], moved={})
    assert events.first_broken(log) is None
    erased = events.read(log, "p", 9)[-1]
    assert "Zoltan" not in str(erased)
    assert erased.salt == ""
    with log.write() as connection:
        forged = {"detail": {events.ERASED: "0" * 64}}
        connection.execute(EVENTS.update().where(EVENTS.c.number == told.number).values(forged))
    assert events.first_broken(log) == told.number
