"""The first admin: made with a token that is printed once, by whoever has the machine."""

import hashlib
import secrets
import time
from collections.abc import Callable

import sqlalchemy as sql

from mll_core.domain.errors import Conflict, Forbidden
from mll_core.domain.identity import EVERYWHERE, Actor, Role
from mll_core.domain.people import account_name, check_password
from mll_core.infra import access, events, passwords
from mll_core.infra.accounts import insert
from mll_core.infra.database import Database
from mll_core.infra.tables import ACCOUNTS, MEMBERS, SETUP

LASTS = 24 * 3600.0
"""Seconds a set-up token is good for."""


class SettingUp:
    """From a workspace of one to one with an admin. ``clock`` gives seconds since 1970."""

    def __init__(
        self, database: Database, actor: Actor, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._actor = actor
        self._clock = clock

    def token(self) -> str:
        """What makes the first admin, once, within 24 hours; earlier ones end.

        It can be read only now. Raises Conflict when there is an admin, Forbidden.
        """
        token = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            events.append(connection, "account.set_up", None, self._actor)
            _refuse_second_admin(connection)
            connection.execute(SETUP.delete())
            row = {"sha256": _key(token), "expires": self._clock() + LASTS}
            connection.execute(SETUP.insert().values(row))
        return token

    def done(self) -> bool:
        """Whether there is an admin who can sign in."""
        with self._database.read() as connection:
            return _has_admin(connection)

    def admin(self, token: str, name: str, password: str) -> Actor:
        """The account of the first admin. Raises Forbidden, Conflict, InvalidParameter."""
        plain = account_name(name)
        check_password(plain, password)
        actor = Actor(name=plain, kind="account")
        with self._database.write() as connection:
            mine = (SETUP.c.sha256 == _key(token)) & (SETUP.c.expires > self._clock())
            if not connection.execute(SETUP.delete().where(mine)).rowcount:
                hint = "Make a new one on the machine itself: mll account setup."
                raise Forbidden("This set-up token is not valid, or not any more.", hint=hint)
            _refuse_second_admin(connection)
            insert(connection, plain, password=passwords.hashed(password))
            role = {"project": EVERYWHERE, "account": plain, "role": Role.ADMIN.value}
            connection.execute(MEMBERS.insert().values(role))
            events.append(connection, "account.created", None, actor, account=plain)
            events.append(connection, "role.given", None, actor, account=plain, role="admin")
            return access.current(connection, actor)


def _has_admin(connection: sql.Connection) -> bool:
    everywhere = (MEMBERS.c.project == EVERYWHERE) & (MEMBERS.c.role == Role.ADMIN.value)
    query = sql.select(MEMBERS.c.account).join(ACCOUNTS, ACCOUNTS.c.name == MEMBERS.c.account)
    admins = query.where(everywhere & ACCOUNTS.c.disabled.is_(None))
    return connection.execute(admins).first() is not None


def _refuse_second_admin(connection: sql.Connection) -> None:
    if _has_admin(connection):
        hint = "Sign in; an admin can give you a role on the page People."
        raise Conflict("There is an admin already.", hint=hint)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
