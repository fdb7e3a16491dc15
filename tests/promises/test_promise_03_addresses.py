"""Promise 3: hostile addresses, answers and names of columns; nothing is asked of anybody."""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hostile_addresses import PLACES, hostile
from hostile_files import HOSTILE_NAMES
from proving import FULL, amount, tally
from pydantic import ValidationError

from mll_core.domain.connector import ReadOptions
from mll_core.domain.document import Brief
from mll_core.domain.errors import Forbidden, MllError, UnreadableSource
from mll_core.infra.fetch import Fetcher
from mll_core.infra.objects import ObjectStore
from mll_core.stages import collect

pytestmark = pytest.mark.promise
SECONDS = 5.0
LONGEST = 300
"""Letters of a name of a table."""


@pytest.fixture
def listening() -> Iterator[list[str]]:
    """Who came to the usual ports of loopback that are free here; nobody should."""
    came: list[str] = []
    doors = []
    for port in (80, 443, 8443, 5432, 3306):
        door = socket.socket()
        door.settimeout(0.2)
        try:
            door.bind(("", port))
        except OSError:  # taken, or not ours to take
            door.close()
            continue
        door.listen()
        doors.append(door)
    over = threading.Event()

    def watch(door: socket.socket) -> None:
        while not over.is_set():
            try:
                came.append(str(door.accept()[1]))
            except TimeoutError:
                continue

    watching = [threading.Thread(target=watch, args=(door,)) for door in doors]
    for thread in watching:
        thread.start()
    yield came
    over.set()
    for thread, door in zip(watching, doors, strict=True):
        thread.join()
        door.close()


def test_every_hostile_address_is_refused_in_words_and_asked_nothing(
    tmp_path: Path, listening: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "keys"))
    objects, wrong, slowest = ObjectStore(tmp_path / "home"), [], 0.0
    with tally(3, "addresses") as counts:
        for address in dict.fromkeys(hostile()):
            start = time.monotonic()
            try:
                collect.ingest(address, ReadOptions(), objects)
                wrong.append(f"read: {address}")
            except MllError as error:
                said = f"{error} {error.hint}"
                counts["refused in words"] += 1
                if not error.hint or "hunter2" in said or "root:" in said or len(said) > 3_000:
                    wrong.append(f"{address}: {said[:300]}")
            except Exception as error:
                wrong.append(f"{address}: {type(error).__name__}: {error}")
            took = time.monotonic() - start
            slowest = max(slowest, took)
            if took > SECONDS:
                wrong.append(f"{address}: {took:.1f} s")
        counts.say(f"{slowest:.1f} s the slowest, {len(listening)} connections came")
    assert not wrong, "\n".join(wrong)
    assert not listening
    assert counts["refused in words"] >= 150
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]


def test_no_name_leads_to_an_address_that_is_not_public(tmp_path: Path) -> None:
    plain = [place.strip("[]") for place in PLACES if place.strip("[]").count(".") == 3]
    plain += [place.strip("[]") for place in PLACES if place.startswith("[")]
    with tally(3, "names of internal hosts") as counts:
        for address in plain:
            if not address.isascii() or address.startswith(("0x", "0177", "0251", "127.0.0.01")):
                continue
            for answers in ([address.rstrip(".")], ["93.184.215.14", address.rstrip(".")]):
                fetcher = Fetcher(resolve=lambda host, port, answers=answers: answers)
                with pytest.raises((Forbidden, UnreadableSource)) as caught:
                    fetcher.get("https://data.test/x.csv", tmp_path)
                # With IPv6 off a host that has nothing else is no host.
                assert caught.type is Forbidden or ":" in address
                counts["refused in words"] += 1
    assert counts["refused in words"] >= 60


def beside(quoted: str) -> str:
    """The same name and a bit: SQLite has no two tables that differ in case only."""
    return f'{quoted[:-1]} table"'


def test_columns_and_tables_with_hostile_names_are_read_by_those_names(tmp_path: Path) -> None:
    names = [name for name in dict.fromkeys(HOSTILE_NAMES) if "\0" not in name]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    path, objects = tmp_path / "x.db", ObjectStore(tmp_path / "home")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE t ({', '.join(f'{name} TEXT' for name in quoted)})")
        values = ", ".join("?" for _ in names)
        for row in range(30):
            connection.execute(f"INSERT INTO t VALUES ({values})", [f"v{row % 7}" for _ in names])
        for name in quoted:
            connection.execute(f"CREATE TABLE {beside(name)} (n)")
            connection.execute(f"INSERT INTO {beside(name)} VALUES (7)")
    with tally(3, "names of columns and tables") as counts:
        version = collect.ingest(f"sqlite:///{path}", ReadOptions(table="t"), objects)
        assert list(version.names) == names
        file = objects.path(version.sha256)
        profile = collect.profile(version, file)
        assert [column.name for column in profile.columns] == names
        if FULL:
            collect.findings(profile, file, Brief(target=names[0]))
        counts["columns read by their names"] += len(names)
        for name in quoted[: amount(5, len(quoted))]:
            if len(beside(name)) > LONGEST:
                with pytest.raises(ValidationError, match="at most 300 characters"):
                    ReadOptions(table=beside(name))
                counts["names too long, refused"] += 1
                continue
            options = ReadOptions(table=beside(name))
            found = collect.ingest(f"sqlite:///{path}", options, objects)
            counts["tables read by their names"] += found.rows
    assert len(names) >= 30
