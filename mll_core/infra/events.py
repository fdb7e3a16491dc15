"""The append-only log: who did what, when; each line's hash covers the line before.

A line's hash covers a salted digest of its detail, not the detail itself. So a detail that named
somebody who must be forgotten can be replaced by its digest: the chain stays whole, and the line
that tells of the erasure says which details are gone. A digest that no such line names is a change.
"""

import hashlib
import json
import secrets
from typing import Any

import sqlalchemy as sql

from mll_core.domain import permits
from mll_core.domain.identity import Actor
from mll_core.domain.job import Event
from mll_core.infra import access, files
from mll_core.infra.anchor import START, Head
from mll_core.infra.database import HEADS, VOUCHES, Database, now
from mll_core.infra.tables import EVENTS

ERASURE = "erasure.moved"
"""The kind of line that says, in ``lines``, whose details are gone."""
ERASED = "erased_digest"
ACCEPTED = "log.accepted"
"""The kind of line that says that an admin went on with a log nobody vouches for."""


def append(
    connection: sql.Connection, kind: str, project: str | None, actor: Actor, **detail: Any
) -> Event:
    """Add one line, in the transaction of what it tells about: every write passes here.

    Raises Forbidden when ``actor`` may not do, by now, what the line tells of; LookupError for a
    kind of event that nobody declared.
    """
    if permission := permits.needed(kind):
        where = None if kind in permits.EVERYWHERE_ONLY else project
        access.demand(connection, actor, permission, where)
    last = connection.execute(
        sql.select(EVENTS.c.number, EVENTS.c.hash).order_by(EVENTS.c.number.desc()).limit(1)
    ).first()
    number, before = (last.number + 1, last.hash) if last else (1, START.hash)
    line = Event(
        number=number,
        at=now(),
        project=project,
        actor=actor.name,
        kind=kind,
        detail=detail,
        salt=secrets.token_hex(16),
        vouches=connection.info.pop(VOUCHES, None),
    )
    event = line.model_copy(update={"hash": _hash(line, before)})
    connection.execute(EVENTS.insert().values(event.model_dump()))
    earlier, _ = connection.info.get(HEADS, (Head(number - 1, before), None))
    connection.info[HEADS] = (earlier, Head(number, event.hash))
    files.crash_point(f"event.{kind}")
    return event


def read(
    database: Database,
    project: str | None,
    limit: int,
    *,
    kind: str | None = None,
    seen_by: Actor | None = None,
) -> tuple[Event, ...]:
    """The newest lines first, of one project or of all, of one kind or of any.

    ``seen_by``: only those that they may look at.
    """
    query = sql.select(EVENTS).order_by(EVENTS.c.number.desc()).limit(limit)
    if project is not None:
        query = query.where(EVENTS.c.project == project)
    if kind is not None:
        query = query.where(EVENTS.c.kind == kind)
    with database.read() as connection:
        if seen_by is not None:
            query = query.where(access.seen(connection, seen_by, EVENTS.c.project))
        return tuple(Event(**row) for row in connection.execute(query).mappings())


def first_broken(database: Database) -> int | None:
    """The number of the first line that was changed, removed or moved; None when none was.

    A tail that was cut off, or a log written anew, does not fit the anchor beside the catalog.
    Without the anchor nobody knows of a line after the last one.
    """
    lines, head = _lines(database), database.anchor.read()
    found = (_unlinked(lines), _unanchored(lines, head))
    return min((line for line in found if line is not None), default=None)


def first_unlinked(database: Database) -> int | None:
    """The same, for all that the lines say of each other, without the anchor."""
    return _unlinked(_lines(database))


def _lines(database: Database) -> list[Event]:
    rows = database.rows(sql.select(EVENTS).order_by(EVENTS.c.number))
    return [Event(**row) for row in rows]


def _unlinked(lines: list[Event]) -> int | None:
    before, allowed = START.hash, _erased(lines)
    for expected, event in enumerate(lines, 1):
        if event.number != expected or event.hash != _hash(event, before):
            return expected
        if ERASED in event.detail and (expected not in allowed or event.salt):
            return expected
        before = event.hash
    return None


def _unanchored(lines: list[Event], head: Head | None) -> int | None:
    """Where the log no longer is what was noted of it."""
    if head is None or head.number > len(lines):
        return len(lines) + 1
    noted = lines[head.number - 1].hash if head.number else START.hash
    return None if noted == head.hash else head.number


def erase_detail(connection: sql.Connection, event: Event) -> None:
    """Leave of a detail only its digest; the line that tells of the erasure must name it."""
    gone = {"detail": {ERASED: _digest(event)}, "salt": ""}
    connection.execute(EVENTS.update().where(EVENTS.c.number == event.number).values(gone))


def _erased(lines: list[Event]) -> set[int]:
    """Numbers of the lines whose detail may be gone: a later line says so."""
    told = [(line.number, line.detail.get("lines", ())) for line in lines if line.kind == ERASURE]
    return {number for at, numbers in told for number in numbers if number < at}


def _digest(event: Event) -> str:
    if ERASED in event.detail:
        return str(event.detail[ERASED])
    text = json.dumps(event.detail, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(f"{event.salt}{text}".encode()).hexdigest()


def _hash(event: Event, before: str) -> str:
    apart = {"hash", "salt"} if event.vouches else {"hash", "salt", "vouches"}
    line = event.model_dump(mode="json", exclude=apart)
    text = json.dumps({**line, "detail": _digest(event)}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(f"{before}{text}".encode()).hexdigest()
