"""What somebody may do now: roles are read from the catalog, never taken from the asker's word."""

import sqlalchemy as sql

from mll_core.domain import permits
from mll_core.domain.identity import Actor, Permission, Role
from mll_core.infra.tables import ACCOUNTS, MEMBERS


def current(connection: sql.Connection, actor: Actor) -> Actor:
    """The same somebody with the roles they have in this transaction; a disabled one has none."""
    if actor.kind == "owner":
        return actor
    query = (
        sql.select(MEMBERS.c.project, MEMBERS.c.role)
        .join(ACCOUNTS, ACCOUNTS.c.name == MEMBERS.c.account)
        .where((MEMBERS.c.account == actor.name) & ACCOUNTS.c.disabled.is_(None))
    )
    roles = {row.project: Role(row.role) for row in connection.execute(query)}
    return actor.model_copy(update={"roles": roles})


def seen(
    connection: sql.Connection, actor: Actor, project: sql.Column[str]
) -> sql.ColumnElement[bool]:
    """The condition that a row belongs to a project ``actor`` may look at by now.

    Rows of no project are for admins of the workspace.
    """
    who = current(connection, actor)
    if who.may(Permission.ADMINISTER):
        return sql.true()
    if who.may(Permission.VIEW):
        return project.is_not(None)
    return project.in_([slug for slug in who.roles if who.may(Permission.VIEW, slug)])


def demand(
    connection: sql.Connection, actor: Actor, permission: Permission, project: str | None
) -> None:
    """Raises Forbidden when ``actor`` may not do this in this transaction."""
    permits.demand(current(connection, actor), permission, project)
