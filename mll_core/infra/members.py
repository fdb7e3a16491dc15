"""Who has which role in which project; every change is one transaction with its event."""

import sqlalchemy as sql

from mll_core.domain.errors import NotFound, NotReady
from mll_core.domain.identity import EVERYWHERE, Actor, Permission, Role
from mll_core.domain.people import Member, account_name
from mll_core.infra import access, events
from mll_core.infra.database import Database
from mll_core.infra.tables import ACCOUNTS, MEMBERS, PROJECTS


class Members:
    """The roles of a workspace, given and taken by its admins."""

    def __init__(self, database: Database, actor: Actor) -> None:
        self._database = database
        self._actor = actor

    def all(self, project: str | None = None) -> tuple[Member, ...]:
        """Every role in one project, or everywhere and in all projects. Raises Forbidden."""
        query = sql.select(MEMBERS).order_by(MEMBERS.c.project, MEMBERS.c.account)
        if project is not None:
            query = query.where(MEMBERS.c.project == project)
        with self._database.read() as connection:
            access.demand(connection, self._actor, Permission.ADMINISTER, _where(project))
            return tuple(Member(**row) for row in connection.execute(query).mappings())

    def give(self, account: str, role: Role, project: str = EVERYWHERE) -> Member:
        """Give a role, in place of the one there was.

        Somebody who will come from the identity provider is named by e-mail beforehand.
        Raises NotFound for other names without an account, Forbidden, NotReady for the last admin.
        """
        member = Member(account=account_name(account), role=role, project=project)
        with self._database.write() as connection:
            _log(connection, "role.given", self._actor, member)
            _check(connection, member)
            if role is not Role.ADMIN:
                keep_an_admin(connection, member.account, project)
            connection.execute(MEMBERS.delete().where(_is(member.account, project)))
            connection.execute(MEMBERS.insert().values(member.to_json()))
        return member

    def take(self, account: str, project: str = EVERYWHERE) -> None:
        """Take a role away, at once. Raises NotFound, Forbidden, NotReady for the last admin."""
        name = account_name(account)
        with self._database.write() as connection:
            role = connection.execute(sql.select(MEMBERS.c.role).where(_is(name, project))).scalar()
            member = Member(account=name, role=Role(role or Role.VIEWER), project=project)
            _log(connection, "role.taken", self._actor, member)
            if role is None:
                where = "everywhere" if project == EVERYWHERE else f"in {project!r}"
                hint = "Look at the roles there are: mll member list."
                raise NotFound(f"{name} has no role {where}.", hint=hint)
            keep_an_admin(connection, name, project)
            connection.execute(MEMBERS.delete().where(_is(name, project)))


def keep_an_admin(connection: sql.Connection, name: str, project: str) -> None:
    """Raises NotReady when ``name`` is the only admin everywhere who can sign in."""
    admins = (
        sql.select(MEMBERS.c.account)
        .join(ACCOUNTS, ACCOUNTS.c.name == MEMBERS.c.account)
        .where(
            (MEMBERS.c.project == EVERYWHERE)
            & (MEMBERS.c.role == Role.ADMIN.value)
            & ACCOUNTS.c.disabled.is_(None)
        )
    )
    if project == EVERYWHERE and list(connection.execute(admins).scalars()) == [name]:
        hint = "Make somebody else an admin of all projects first, on the page People."
        raise NotReady(f"{name} is the last admin.", hint=hint)


def _check(connection: sql.Connection, member: Member) -> None:
    names = list(connection.execute(sql.select(ACCOUNTS.c.name)).scalars())
    if member.account not in names and "@" not in member.account:
        raise NotFound.named("account", member.account, names)
    slugs = list(connection.execute(sql.select(PROJECTS.c.slug)).scalars())
    if member.project not in (EVERYWHERE, *slugs):
        raise NotFound.named("project", member.project, slugs)


def _log(connection: sql.Connection, kind: str, actor: Actor, member: Member) -> None:
    where = _where(member.project)
    events.append(connection, kind, where, actor, account=member.account, role=member.role.value)


def _where(project: str | None) -> str | None:
    return None if project == EVERYWHERE else project


def _is(account: str, project: str) -> sql.ColumnElement[bool]:
    return (MEMBERS.c.account == account) & (MEMBERS.c.project == project)
