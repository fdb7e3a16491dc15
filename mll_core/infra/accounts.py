"""Accounts: who can sign in, with a password here or with the identity provider of the house.

A wrong name and a wrong password are told apart by nobody: not by words, not by time.
"""

import time
from collections.abc import Callable

import sqlalchemy as sql

from mll_core.domain.errors import Conflict, Forbidden, NotFound
from mll_core.domain.identity import EVERYWHERE, Actor, Permission
from mll_core.domain.people import Account, account_name, check_password
from mll_core.infra import access, events, passwords, sessions, throttle
from mll_core.infra.database import Database, now
from mll_core.infra.members import keep_an_admin
from mll_core.infra.tables import ACCOUNTS, MEMBERS

SIGN_IN = Actor(name="sign-in")
"""Who tells of wrong passwords: nobody has proved yet to be anybody."""


class Accounts:
    """Who can sign in at the pages of a workspace. ``clock`` gives seconds since 1970."""

    def __init__(
        self, database: Database, actor: Actor, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._actor = actor
        self._clock = clock

    def all(self) -> tuple[Account, ...]:
        """Every account, by name. Raises Forbidden."""
        with self._database.read() as connection:
            access.demand(connection, self._actor, Permission.ADMINISTER, None)
            rows = connection.execute(sql.select(ACCOUNTS).order_by(ACCOUNTS.c.name))
            return tuple(_account(row) for row in rows)

    def exist(self) -> bool:
        """Whether there ever was an account: disabling the last one opens no door."""
        return bool(self._database.rows(sql.select(ACCOUNTS.c.name).limit(1)))

    def create(self, name: str, password: str) -> Account:
        """A new account, without any role yet. Raises InvalidParameter, Conflict, Forbidden."""
        plain = account_name(name)
        check_password(plain, password)
        kept = passwords.hashed(password)
        with self._database.write() as connection:
            events.append(connection, "account.created", None, self._actor, account=plain)
            return insert(connection, plain, password=kept)

    def set_password(self, name: str, password: str) -> None:
        """A new password, which ends every session.

        Raises NotFound, InvalidParameter, Conflict for who signs in elsewhere, Forbidden.
        """
        plain = account_name(name)
        check_password(plain, password)
        kept = passwords.hashed(password)
        with self._database.write() as connection:
            events.append(connection, "account.password_set", None, self._actor, account=plain)
            if _found(connection, plain).issuer:
                what = f"{plain} signs in with the identity provider and has no password here."
                raise Conflict(what, hint="Change it there.")
            _keep_password(connection, plain, kept)
            throttle.forget(connection, plain)

    def change_password(self, name: str, old: str, new: str) -> None:
        """The same by the account itself, who knows the old one. Raises as verify does."""
        actor = self.verify(name, old)
        check_password(actor.name, new)
        kept = passwords.hashed(new)
        with self._database.write() as connection:
            events.append(connection, "account.password_changed", None, actor)
            _keep_password(connection, actor.name, kept)

    def verify(self, name: str, password: str) -> Actor:
        """Who has this name and password.

        Raises Forbidden for a wrong one, and while the name has to wait after wrong tries.
        """
        plain = name.encode(errors="replace").decode().replace("\0", "?").strip().lower()[:200]
        with self._database.write() as connection:
            tries = throttle.count(connection, plain, self._clock())
            mine = (ACCOUNTS.c.name == plain) & ACCOUNTS.c.disabled.is_(None)
            found = connection.execute(sql.select(ACCOUNTS).where(mine)).first()
        kept = found.password if found else None
        if not passwords.right(password, kept):
            if tries >= throttle.FREE:
                self._tell(plain if found else "unknown")
            raise Forbidden("The name or the password is wrong.", hint="Check both.")
        with self._database.write() as connection:
            throttle.forget(connection, plain)
            if kept and passwords.outdated(kept):
                again = {"password": passwords.hashed(password)}
                connection.execute(ACCOUNTS.update().where(mine).values(again))
            return access.current(connection, Actor(name=plain, kind="account"))

    def _tell(self, account: str) -> None:
        with self._database.write() as connection:
            events.append(connection, "account.refused", None, SIGN_IN, account=account)

    def external(self, issuer: str, subject: str, email: str, *, verified: bool) -> Actor:
        """Who the identity provider says this is; known by issuer and subject from then on.

        Who comes for the first time needs a role that an admin gave to the (verified) e-mail.
        Raises Forbidden.
        """
        who = (ACCOUNTS.c.issuer == issuer) & (ACCOUNTS.c.subject == subject)
        with self._database.write() as connection:
            found = connection.execute(sql.select(ACCOUNTS).where(who)).first()
            if found is None:
                found = _join(connection, issuer, subject, email if verified else "")
            if found.disabled is not None:
                raise Forbidden("This account is disabled.", hint="Ask an admin.")
            return access.current(connection, Actor(name=found.name, kind="account"))

    def disable(self, name: str) -> None:
        """Nobody signs in with it any more, and its sessions end.

        Raises NotFound, Forbidden, NotReady for the last admin.
        """
        plain = account_name(name)
        with self._database.write() as connection:
            events.append(connection, "account.disabled", None, self._actor, account=plain)
            _found(connection, plain)
            keep_an_admin(connection, plain, EVERYWHERE)
            mine = ACCOUNTS.c.name == plain
            connection.execute(ACCOUNTS.update().where(mine).values(disabled=now()))
            sessions.end_all(connection, plain)

    def open_session(self, actor: Actor) -> str:
        """A token for the browser of who was verified; it can be read only now."""
        with self._database.write() as connection:
            token = sessions.start(connection, actor.name, self._clock())
            events.append(connection, "account.signed_in", None, actor)
        return token

    def actor_of(self, token: str | None) -> Actor | None:
        """Who is signed in with this token, with the roles of now; None when the session is over.

        It is over twelve hours after its last use, seven days after the sign-in, or when its
        account is disabled or gets a new password.
        """
        if not token:
            return None
        with self._database.read() as connection:
            found = sessions.account_of(connection, token, self._clock())
            if found is None:
                return None
            actor = access.current(connection, Actor(name=found[0], kind="account"))
        if found[1]:
            with self._database.write() as connection:
                sessions.note_use(connection, token, self._clock())
        return actor

    def close_session(self, token: str | None) -> None:
        """Sign out."""
        with self._database.write() as connection:
            account = sessions.end(connection, token or "")
            if account is not None:
                actor = Actor(name=account, kind="account")
                events.append(connection, "account.signed_out", None, actor)


def _join(connection: sql.Connection, issuer: str, subject: str, email: str) -> sql.Row[tuple[()]]:
    name = email.strip().lower()
    invited = connection.execute(
        sql.select(MEMBERS.c.role).where(MEMBERS.c.account == name)
    ).first()
    taken = connection.execute(sql.select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == name)).first()
    if not name or invited is None or taken is not None:
        what = "You are known to the identity provider, but have no role here."
        raise Forbidden(what, hint="Ask an admin to give your e-mail address one.")
    insert(connection, account_name(name), issuer=issuer, subject=subject)
    events.append(connection, "account.joined", None, Actor(name=name, kind="account"))
    return _found(connection, name)


def insert(connection: sql.Connection, name: str, **values: str) -> Account:
    """A new account, in the transaction of who makes it. Raises Conflict for a taken name."""
    if connection.execute(sql.select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == name)).first():
        hint = "Choose another name; a disabled account keeps its name."
        raise Conflict(f"There already is an account {name!r}.", hint=hint)
    connection.execute(ACCOUNTS.insert().values(name=name, created=now(), **values))
    return _account(_found(connection, name))


def _keep_password(connection: sql.Connection, name: str, kept: str) -> None:
    mine = ACCOUNTS.c.name == name
    connection.execute(ACCOUNTS.update().where(mine).values(password=kept))
    sessions.end_all(connection, name)


def _found(connection: sql.Connection, name: str) -> sql.Row[tuple[()]]:
    row = connection.execute(sql.select(ACCOUNTS).where(ACCOUNTS.c.name == name)).first()
    if row is None:
        names = connection.execute(sql.select(ACCOUNTS.c.name)).scalars()
        raise NotFound.named("account", name, names)
    return row


def _account(row: sql.Row[tuple[()]]) -> Account:
    external = row.issuer is not None
    return Account(name=row.name, external=external, created=row.created, disabled=row.disabled)
