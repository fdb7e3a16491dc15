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


def demand(
    connection: sql.Connection, actor: Actor, permission: Permission, project: str | None
) -> None:
    """Raises Forbidden when ``actor`` may not do this in this transaction."""
    permits.demand(current(connection, actor), permission, project)
