"""Promise 14: whatever is done to the event log is seen, and where it was done."""

import json
import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from proving import FULL, SEED, Tally, amount, tally

from mll_core.domain import permits
from mll_core.domain.identity import Actor
from mll_core.infra import events
from mll_core.infra.anchor import START, Anchor, Head
from mll_core.infra.database import Database

ANA = Actor(name="ana")
KINDS = sorted(permits.NEEDED)
ENTRIES = amount(120, 1_000)
CHANGES = {
    "at": "'1999-01-01T00:00:00.000+00:00'",
    "project": "'another'",
    "actor": "'eve'",
    "kind": "kind || '.'",
    "detail": "json_set(detail, '$.i', -1)",
    "hash": "'" + "0" * 64 + "'",
}


def written(home: Path, entries: int) -> None:
    database = Database(home)
    with database.write() as connection:
        for i in range(entries):
            kind = KINDS[i % len(KINDS)]
            events.append(connection, kind, "p", ANA, i=i, text='ü"\n')
    database.close()


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def forge(home: Path, number: int) -> None:
    """Change one line and write every hash after it anew, as somebody would who knows how."""
    database = Database(home)
    before = START.hash
    lines = sorted(events.read(database, None, 1_000_000), key=lambda line: line.number)
    with closing(sqlite3.connect(home / "catalog.db")) as connection, connection:
        for line in lines:
            changed = line.model_copy(update={"actor": "eve"}) if line.number == number else line
            before = events._hash(changed, before)
            values = (changed.actor, before, line.number)
            connection.execute("UPDATE events SET actor = ?, hash = ? WHERE number = ?", values)
    database.close()


def attacks(number: int, entries: int, chance: random.Random) -> list[tuple[str, int, list[str]]]:
    """(what, where it must be seen, statements) for one line."""
    this = f"WHERE number = {number}"
    column, value = chance.choice(list(CHANGES.items()))
    far = chance.choice([n for n in range(1, entries + 1) if n != number])
    first = min(number, far)
    return [
        ("changed", number, [f"UPDATE events SET {column} = {value} {this}"]),
        ("deleted", number, [f"DELETE FROM events {this}"]),
        (
            "swapped",
            first,
            [
                f"UPDATE events SET number = -1 {this}",
                f"UPDATE events SET number = {number} WHERE number = {far}",
                f"UPDATE events SET number = {far} WHERE number = -1",
            ],
        ),
        ("cut", number, [f"DELETE FROM events WHERE number >= {number}"]),
        (
            "closed up",
            number,
            [
                f"DELETE FROM events {this}",
                f"UPDATE events SET number = -(number - 1) WHERE number > {number}",
                "UPDATE events SET number = -number WHERE number < 0",
            ],
        ),
    ]


def forged_anchors(home: Path, entries: int) -> dict[str, Callable[[], object]]:
    """What somebody without the key may do to the anchor after lines were cut off the log."""
    path, key = home / "catalog.anchor", os.environ["MLL_KEYS"]

    def fitting() -> None:
        with closing(sqlite3.connect(home / "catalog.db")) as connection:
            line = "SELECT number, hash FROM events ORDER BY number DESC LIMIT 1"
            number, found = connection.execute(line).fetchone()
        noted = {**json.loads(path.read_text()), "number": number, "hash": found}
        path.write_text(json.dumps(noted))

    def by_another_key() -> None:
        os.environ["MLL_KEYS"] = str(home.parent / "others")
        Anchor(home).accept(Head(entries - 1, "ab" * 32))
        os.environ["MLL_KEYS"] = key

    return {
        "deleted": path.unlink,
        "emptied": lambda: path.write_text(""),
        "made to fit": fitting,
        "signed with another key": by_another_key,
        "of another log": lambda: Anchor(home).accept(Head(entries + 9, "ab" * 32)),
    }


def prove_anchor(home: Path, untouched: Path, chance: random.Random, seen: Counter[str]) -> None:
    """A cut is seen whatever is done to the anchor, and whether the log goes on or not."""
    database, anchor = Database(home), (home / "catalog.anchor").read_bytes()
    for what, forge_it in forged_anchors(home, ENTRIES).items():
        for goes_on in (False, True):
            for cut in chance.sample(range(2, ENTRIES), amount(1, 20)):
                shutil.copy(untouched, home / "catalog.db")
                (home / "catalog.anchor").write_bytes(anchor)
                tamper(home / "catalog.db", f"DELETE FROM events WHERE number >= {cut}")
                forge_it()
                database.close()
                if goes_on:
                    with database.write() as connection:
                        events.append(connection, KINDS[0], "p", ANA)
                assert events.first_broken(database) == cut + goes_on, (what, goes_on, cut)
                seen[f"cut with the anchor {what}"] += 1
    database.close()


def prove(folder: Path, proof: Tally, entries: int = ENTRIES) -> None:
    home, chance = folder / "home", random.Random(SEED)
    home.mkdir()
    written(home, entries)
    untouched = folder / "untouched.db"
    shutil.copy(home / "catalog.db", untouched)
    database = Database(home)
    assert events.first_broken(database) is None
    seen: Counter[str] = Counter()
    numbers = chance.sample(range(1, entries + 1), entries)
    for number in numbers:
        if proof.over():
            break
        cases = attacks(number, entries, chance)
        for what, where, statements in cases if FULL else [chance.choice(cases)]:
            shutil.copy(untouched, home / "catalog.db")
            tamper(home / "catalog.db", *statements)
            database.close()
            assert events.first_broken(database) == where, (what, number)
            seen[what] += 1
    for number in numbers[: 20 if FULL else 3]:
        shutil.copy(untouched, home / "catalog.db")
        database.close()
        forge(home, number)
        assert events.first_broken(database) == entries
        seen["written anew with fitting hashes"] += 1
    database.close()
    prove_anchor(home, untouched, chance, seen)
    said = ", ".join(f"{count:,} {what}" for what, count in sorted(seen.items()))
    total = sum(seen.values())
    proof.say(
        f"{total:,} of {total:,} edits of a log of {entries:,} lines seen where they were: {said}",
    )


@pytest.mark.promise
def test_every_edit_of_the_log_is_seen_where_it_was_made(room: Path) -> None:
    with tally(14, "any edit of the event log is seen") as proof:
        prove(room, proof)
