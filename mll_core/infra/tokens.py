"""Bearer tokens of the scoring service: 256 random bits, shown once, stored hashed."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sql

from mll_core.domain.errors import InvalidParameter, NotFound
from mll_core.domain.identity import Actor, Permission
from mll_core.domain.token import Scope, Token
from mll_core.infra import access, events
from mll_core.infra.database import Database
from mll_core.infra.tables import TOKENS

DAYS = 90
LONGEST = 3_650


def utc() -> datetime:
    """The time now."""
    return datetime.now(UTC)


class Tokens:
    """Who may ask which deployment for what, until when."""

    def __init__(
        self, database: Database, actor: Actor, clock: Callable[[], datetime] = utc
    ) -> None:
        self._database = database
        self._actor = actor
        self._clock = clock

    def create(
        self,
        deployment: str,
        project: str | None = None,
        *,
        scopes: Iterable[Scope] = tuple(Scope),
        days: float = DAYS,
        label: str = "",
    ) -> str:
        """A new token for one deployment; this is the only time it can be read.

        Raises InvalidParameter, Forbidden.
        """
        if not 0 < days <= LONGEST:
            what = f"A token is good for more than 0 days and at most {LONGEST:,}, not {days:g}."
            raise InvalidParameter(what, hint="Such as --days 90.")
        token, wanted = secrets.token_urlsafe(32), sorted({scope.value for scope in scopes})
        now = self._clock()
        row = {
            "sha256": _hashed(token),
            "id": secrets.token_hex(4),
            "deployment": deployment,
            "project": project,
            "scopes": wanted,
            "label": label[:200],
            "created": _text(now),
            "expires": _text(now + timedelta(days=days)),
        }
        with self._database.write() as connection:
            connection.execute(TOKENS.insert().values(row))
            told = {key: row[key] for key in ("id", "deployment", "scopes", "expires")}
            events.append(connection, "token.created", project, self._actor, **told)
        return token

    def all(self, project: str | None = None) -> tuple[Token, ...]:
        """Every token, of one project or of all, oldest first. Raises Forbidden."""
        query = sql.select(TOKENS).order_by(TOKENS.c.created, TOKENS.c.id)
        if project is not None:
            query = query.where(TOKENS.c.project == project)
        with self._database.read() as connection:
            access.demand(connection, self._actor, Permission.ADMINISTER, project)
            return tuple(_token(row._mapping) for row in connection.execute(query))

    def revoke(self, identity: str) -> Token:
        """End a token, at once. Raises NotFound, Forbidden."""
        with self._database.write() as connection:
            mine = TOKENS.c.id == identity
            row = connection.execute(sql.select(TOKENS).where(mine)).first()
            project = row.project if row else None
            events.append(connection, "token.revoked", project, self._actor, id=identity)
            if row is None:
                what = f"There is no token {identity!r}."
                raise NotFound(what, hint="Look at those there are: mll token list.")
            ended = row.revoked or _text(self._clock())
            connection.execute(TOKENS.update().where(mine).values(revoked=ended))
            return _token({**row._mapping, "revoked": ended})

    def exist(self, deployment: str | None = None) -> bool:
        """Whether there ever was a token, for one deployment or at all: expiry opens no door."""
        query = sql.select(TOKENS.c.sha256).limit(1)
        if deployment is not None:
            query = query.where(TOKENS.c.deployment == deployment)
        return bool(self._database.rows(query))

    def valid(self, deployment: str, token: str | None) -> Token | None:
        """The token that opens ``deployment`` now; None for one unknown, expired or revoked.

        Found by its hash, compared in no telling time.
        """
        if token is None:
            return None
        hashed = _hashed(token)
        mine = (TOKENS.c.sha256 == hashed) & (TOKENS.c.deployment == deployment)
        for row in self._database.rows(sql.select(TOKENS).where(mine)):
            found = _token(row)
            live = found.revoked is None and found.expires > _text(self._clock())
            if hmac.compare_digest(row["sha256"], hashed) and live:
                return found
        return None

    def note_use(self, identities: Iterable[str]) -> None:
        """They were used today; no more than the day is kept."""
        day = self._clock().date().isoformat()
        stale = TOKENS.c.id.in_(list(identities)) & TOKENS.c.used.is_distinct_from(day)
        if self._database.rows(sql.select(TOKENS.c.id).where(stale)):
            with self._database.write() as connection:
                connection.execute(TOKENS.update().where(stale).values(used=day))


def _token(row: Any) -> Token:
    return Token.model_validate({name: row[name] for name in Token.model_fields})


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
