"""Bearer tokens of the scoring service: 256 random bits, shown once, stored hashed."""

import hashlib
import secrets

import sqlalchemy as sql

from mll_core.domain.identity import Actor
from mll_core.infra import events
from mll_core.infra.database import Database, now
from mll_core.infra.tables import TOKENS


class Tokens:
    """Who may ask which deployment."""

    def __init__(self, database: Database, actor: Actor) -> None:
        self._database = database
        self._actor = actor

    def create(self, deployment: str) -> str:
        """A new token for one deployment; this is the only time it can be read."""
        token = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            row = {"sha256": _hashed(token), "deployment": deployment, "created": now()}
            connection.execute(TOKENS.insert().values(row))
            events.append(connection, "token.created", None, self._actor, deployment=deployment)
        return token

    def exist(self, deployment: str | None = None) -> bool:
        """Whether there is any token, for one deployment or at all."""
        query = sql.select(TOKENS.c.sha256).limit(1)
        if deployment is not None:
            query = query.where(TOKENS.c.deployment == deployment)
        return bool(self._database.rows(query))

    def valid(self, deployment: str, token: str | None) -> bool:
        """Whether ``token`` opens ``deployment``; found by its hash, in no telling time."""
        if token is None:
            return False
        mine = (TOKENS.c.sha256 == _hashed(token)) & (TOKENS.c.deployment == deployment)
        return bool(self._database.rows(sql.select(TOKENS.c.sha256).where(mine)))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
