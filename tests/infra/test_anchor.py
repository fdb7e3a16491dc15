from pathlib import Path

import pytest

from mll_core.domain.identity import Actor
from mll_core.infra import events
from mll_core.infra.anchor import Anchor, Head
from mll_core.infra.database import Database
from mll_core.infra.tables import EVENTS

ANA = Actor(name="ana")


def test_it_only_moves_forward_along_the_chain_it_knows(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path)
    chain = {1: "a", 2: "b", 3: "c", 4: "d"}
    anchor.advance(Head(0, "0"), Head(2, "b"), chain.get)
    anchor.advance(Head(0, "0"), Head(1, "a"), chain.get)
    assert anchor.read() == (2, "b")
    anchor.advance(Head(3, "c"), Head(4, "d"), chain.get)  # line 3 was never noted
    assert anchor.read() == (4, "d")
    anchor.advance(Head(4, "other"), Head(5, "e"), {4: "other"}.get)
    assert anchor.read() == (4, "d")


def test_unreadable_is_the_same_as_missing(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path)
    for text in ("", "[]", "{}", '{"number": "x", "hash": 1}'):
        anchor.path.write_text(text)
        assert anchor.read() is None


def test_a_cut_tail_stays_seen_when_the_log_goes_on(tmp_path: Path) -> None:
    database = Database(tmp_path)

    def log(count: int) -> None:
        for _ in range(count):
            with database.write() as connection:
                events.append(connection, "data.checked", None, ANA)

    log(5)
    assert database.anchor.read() is not None
    with database.write() as connection:
        connection.execute(EVENTS.delete().where(EVENTS.c.number > 3))
    assert events.first_broken(database) == 4
    log(1)
    assert events.first_broken(database) == 5
    log(3)
    assert events.first_broken(database) == 5


def test_an_anchor_that_cannot_be_written_costs_no_event(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(tmp_path)
    database.anchor.path.mkdir()
    with database.write() as connection:
        events.append(connection, "data.checked", None, ANA)
    assert len(events.read(database, None, 9)) == 1
    assert "stays behind" in caplog.text
