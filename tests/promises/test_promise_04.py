"""Promise 4: the SQL console reads anything in its project, and nothing else."""

import json
import math
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb
import proving
import pytest
from proving import FULL, amount, tally
from sql_attacks import SLOW, attacks

from mll_core.domain.errors import MllError
from mll_core.infra import cage, console
from mll_core.infra.objects import ObjectStore
from mll_core.infra.sealed import Versions, sealed

pytestmark = pytest.mark.promise
SECRET = "canary-8f31c0"
SECONDS = amount(2, 5)
LIMIT = 2.0 if FULL else 0.5
JARGON = ("duckdb", "catalog", "binder", "sandbox", "landlock", "seccomp", "/proc", "traceback")


@dataclass
class House:
    """What a question must not reach, and the file it may ask."""

    file: Path
    places: dict[str, object]
    watched: list[Path]
    door: socket.socket

    def state(self) -> dict[str, str]:
        """Everything on the disk that must not change."""
        folders = [path for path in self.watched if path.is_dir()]
        found = {path for folder in folders for path in folder.rglob("*")} | set(self.watched)
        return {str(p): sha256(p.read_bytes()).hexdigest() for p in found if p.is_file()}

    def calls(self) -> int:
        """How often somebody connected to the listener."""
        self.door.setblocking(False)
        heard = 0
        try:
            while True:
                self.door.accept()[0].close()
                heard += 1
        except BlockingIOError:
            return heard


def keep(objects: ObjectStore, sql: str) -> str:
    path = objects.new()
    duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return objects.keep(path)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    tmp_path = tmp_path_factory.mktemp("console")
    cage.close()  # the next cages start with the canary around them
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLL_CANARY", SECRET)
        yield from furnished(tmp_path)


def furnished(tmp_path: Path) -> Iterator[House]:
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    canary = tmp_path / "canary.txt"
    canary.write_text(f"{SECRET}\n")
    objects = ObjectStore(home)
    row = "SELECT 'C' || i AS customer_id, i AS calls FROM range(100) t(i)"
    raw = keep(objects, f"{row} UNION ALL SELECT '{SECRET}-sealed', 7")
    development = keep(objects, row)
    file = sealed(home, objects, Versions(raw, development, keep(objects, "SELECT 100 AS row")))
    other = sealed(home, objects, Versions(keep(objects, f"SELECT '{SECRET}-other' AS secret")))
    with socket.create_server(("127.0.0.1", 0)) as door:
        places = {"canary": canary, "folder": folder, "port": door.getsockname()[1]}
        more = {"other": other, "self": file}
        watched = [canary, folder, home / "objects", home / "sealed"]
        yield House(file, {**places, **more}, watched, door)


def said_of(house: House, sql: str, seconds: float = SECONDS) -> tuple[str, str]:
    """How it ended, and all that came back."""
    try:
        result = console.ask(house.file, sql, asker="eve", seconds=seconds)
    except MllError as error:
        return "refused in words" if error.hint else "no hint", f"{error}\n{error.hint}"
    return "harmless", json.dumps(result.to_json(), allow_nan=False)


def asking() -> list[Path]:
    """The threads that a question needs: ours and the first of each cage."""
    return proving.threads(os.getpid()) + proving.family()


def test_no_statement_reads_writes_or_calls_beyond_the_project(house: House) -> None:
    folder = str(house.watched[0].parent)
    statements = attacks(**house.places)
    assert len(statements) >= 230
    before, wrong, slowest = house.state(), [], 0.0
    with tally(4, "hostile statements") as counts, proving.Waits(asking) as waits:
        assert said_of(house, "SELECT count(*) FROM raw")[1].count("100") == 1
        for sql in counts.some(statements, 16):
            start = time.time()
            end, said = said_of(house, sql)
            took = time.time() - start - waits.between(start, time.time())
            slowest = max(slowest, took)
            counts[end] += 1
            end_known = end in ("refused in words", "harmless")
            reached = not end_known or SECRET in said or folder in said or SECRET[::-1] in said
            jargon = end != "harmless" and any(word in said.lower() for word in JARGON)
            if reached or jargon or took > SECONDS + 1 or len(said) > 5 << 20:
                wrong.append(f"{sql[:100]!r} ({took:.1f} s): {said[:200]}")
        counts["escapes"] += len(wrong)
        counts["connections"] += house.calls()
        counts[f"statement at most {slowest:.1f} s"] += 1
    assert not wrong, "\n".join(wrong)
    assert house.state() == before
    assert house.calls() == counts["connections"] == 0
    assert said_of(house, "SELECT count(*) FROM prepared")[1].count("100") == 1


def test_a_question_that_cannot_be_interrupted_ends_with_its_time(house: House) -> None:
    with tally(4, "endless questions") as counts, proving.Waits(asking) as waits:
        said_of(house, "SELECT 1")
        slowest = 0.0
        for sql in SLOW[: amount(2, len(SLOW))]:
            start = time.time()
            end, said = said_of(house, sql, LIMIT)
            took = time.time() - start - waits.between(start, time.time())
            slowest = max(slowest, took - LIMIT)
            assert end == "refused in words"
            assert "stopped" in said or "memory" in said
            counts["ended"] += 1
        counts[f"ended {slowest:.2f} s late at most, but for waiting for a core"] += 1
    assert slowest <= 1.0


def test_one_who_hogs_does_not_keep_others_waiting(house: House) -> None:
    """Another's 99th percentile, alone and while one asks endless questions without a pause."""

    def others(count: int) -> list[float]:
        took = []
        for _ in range(count):
            start = time.monotonic()
            console.ask(house.file, "SELECT count(*) FROM raw", asker="ana")
            took.append(time.monotonic() - start)
        return took

    over = threading.Event()

    def hog() -> None:
        while not over.is_set():
            said_of(house, SLOW[1], 1.0)

    many = amount(6, 200)
    with tally(4, "answers beside a hog") as counts:
        warm = [threading.Thread(target=said_of, args=(house, "SELECT 1")) for _ in range(3)]
        for thread in warm:
            thread.start()
        others(3)
        for thread in warm:
            thread.join()
        alone = others(many)
        hogs = [threading.Thread(target=hog) for _ in range(3)]
        for thread in hogs:
            thread.start()
        beside = others(many)
        over.set()
        for thread in hogs:
            thread.join()
        counts["answers"] += len(beside)
        p99 = [sorted(one)[math.ceil(0.99 * many) - 1] for one in (alone, beside)]
        counts[f"p99 {p99[0] * 1000:.0f} ms alone, {p99[1] * 1000:.0f} ms beside"] += 1
    assert p99[1] < max(1.0, 5 * p99[0])
