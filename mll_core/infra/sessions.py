"""Who is signed in: 256 random bits in the browser, their hash in the catalog."""

import hashlib
import secrets

import sqlalchemy as sql

from mll_core.infra.tables import ACCOUNTS, SESSIONS

IDLE = 12 * 3600.0
"""Seconds without use after which a session ends."""
WHOLE = 7 * 24 * 3600.0
"""Seconds after which every session ends."""
_NOTE = 60.0
"""Seconds between two notes of when a session was last used."""


def start(connection: sql.Connection, account: str, now: float) -> str:
    """A new session; this is the only time its token can be read."""
    token = secrets.token_urlsafe(32)
    connection.execute(SESSIONS.delete().where(_over(now)))
    row = {"created": now, "expires": now + WHOLE, "seen": now}
    connection.execute(SESSIONS.insert().values(sha256=_key(token), account=account, **row))
    return token


def account_of(connection: sql.Connection, token: str, now: float) -> tuple[str, bool] | None:
    """Whose session it is, and whether its use should be noted; None when it is over."""
    query = (
        sql.select(SESSIONS.c.account, SESSIONS.c.seen)
        .join(ACCOUNTS, ACCOUNTS.c.name == SESSIONS.c.account)
        .where((SESSIONS.c.sha256 == _key(token)) & ~_over(now) & ACCOUNTS.c.disabled.is_(None))
    )
    found = connection.execute(query).first()
    return (found.account, found.seen < now - _NOTE) if found else None


def note_use(connection: sql.Connection, token: str, now: float) -> None:
    """It was used now."""
    mine = SESSIONS.c.sha256 == _key(token)
    connection.execute(SESSIONS.update().where(mine).values(seen=now))


def end(connection: sql.Connection, token: str) -> str | None:
    """End one session; whose it was, None when there was none."""
    mine = SESSIONS.c.sha256 == _key(token)
    account: str | None = connection.execute(sql.select(SESSIONS.c.account).where(mine)).scalar()
    connection.execute(SESSIONS.delete().where(mine))
    return account


def end_all(connection: sql.Connection, account: str) -> None:
    """End every session of an account."""
    connection.execute(SESSIONS.delete().where(SESSIONS.c.account == account))


def _over(now: float) -> sql.ColumnElement[bool]:
    return (SESSIONS.c.expires <= now) | (SESSIONS.c.seen <= now - IDLE)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
