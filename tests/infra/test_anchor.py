import json
from pathlib import Path

import pytest

from mll_core.domain.identity import Actor
from mll_core.infra import events
from mll_core.infra.anchor import START, Anchor, Head
from mll_core.infra.database import Database
from mll_core.infra.tables import EVENTS

ANA = Actor(name="ana")


def test_it_only_moves_forward_along_the_chain_it_knows(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path)
    anchor.begin()
    assert anchor.read() == START
    chain = {1: "a", 2: "b", 3: "c", 4: "d"}
    anchor.advance(Head(0, "0"), Head(2, "b"), chain.get)
    anchor.advance(Head(0, "0"), Head(1, "a"), chain.get)
    assert anchor.read() == (2, "b")
    anchor.advance(Head(3, "c"), Head(4, "d"), chain.get)  # line 3 was never noted
    assert anchor.read() == (4, "d")
    anchor.advance(Head(4, "other"), Head(5, "e"), {4: "other"}.get)
    assert anchor.read() == (4, "d")


def test_unreadable_or_not_signed_here_is_the_same_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor = Anchor(tmp_path)
    anchor.begin()
    signature = json.loads(anchor.path.read_text())["signature"]
    noted = {"number": 0, "hash": START.hash, "signature": signature}
    wrong = [{**noted, "number": 1}, {**noted, "hash": "a"}, {**noted, "signature": "ü"}]
    wrong += [{}, {"number": "x", "hash": 1, "signature": 2}]
    for text in ("", "[]", *map(json.dumps, wrong)):
        anchor.path.write_text(text)
        assert anchor.read() is None
    anchor.path.write_text(json.dumps(noted))
    assert anchor.read() == START
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "others"))
    assert anchor.read() is None


def test_what_is_gone_is_not_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = Database(tmp_path)
    log(database, 3)
    kept = database.anchor.path.read_bytes()
    database.anchor.path.unlink()
    log(database, 1)
    Database(tmp_path).close()
    assert not database.anchor.path.exists()
    assert "is gone or not signed here" in caplog.text
    assert events.first_broken(database) == 5
    database.anchor.path.write_bytes(kept)
    log(database, 1)
    assert database.anchor.read() == (5, events.read(database, None, 1)[0].hash)
    assert events.first_broken(database) is None


def test_killed_before_the_first_line_was_anchored_nothing_looks_cut(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path)
    anchor.begin()  # killed here: there is no catalog yet
    database = Database(tmp_path)
    begun = anchor.path.read_bytes()
    log(database, 2)
    anchor.path.write_bytes(begun)  # killed between the line and the anchor
    assert events.first_broken(database) is None
    assert database.fits_its_folder()
    log(database, 1)
    assert anchor.read() == (3, events.read(database, None, 1)[0].hash)


def log(database: Database, count: int) -> None:
    for _ in range(count):
        with database.write() as connection:
            events.append(connection, "data.checked", None, ANA)


def test_a_cut_tail_stays_seen_when_the_log_goes_on(tmp_path: Path) -> None:
    database = Database(tmp_path)
    log(database, 5)
    assert database.anchor.read() is not None
    with database.write() as connection:
        connection.execute(EVENTS.delete().where(EVENTS.c.number > 3))
    assert events.first_broken(database) == 4
    log(database, 1)
    assert events.first_broken(database) == 5
    log(database, 3)
    assert events.first_broken(database) == 5


def test_an_anchor_that_cannot_be_written_costs_no_event(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(tmp_path)
    database.anchor.path.unlink()
    database.anchor.path.mkdir()
    with database.write() as connection:
        events.append(connection, "data.checked", None, ANA)
    assert len(events.read(database, None, 9)) == 1
    assert "is gone or not signed here" in caplog.text
