"""Who acts, and what they may do: roles per project, nothing allowed that is not said."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from mll_core.domain.value import Value

EVERYWHERE = "*"
"""In the place of a project: a role in all of them, and in what belongs to none."""


class Permission(StrEnum):
    """What somebody may be allowed to do with a project."""

    VIEW = "view"
    EDIT = "edit"
    RUN = "run"
    QUERY = "query"
    """Ask the project's tables in SQL."""
    APPROVE = "approve"
    """Sign off, approve, promote, roll back."""
    ADMINISTER = "administer"
    """Members, tokens, secrets, erasure."""


class Role(StrEnum):
    """Each may do what the one before may, and more."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    APPROVER = "approver"
    ADMIN = "admin"


_NEW: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Permission.VIEW}),
        Role.ANALYST: frozenset({Permission.EDIT, Permission.RUN, Permission.QUERY}),
        Role.APPROVER: frozenset({Permission.APPROVE}),
        Role.ADMIN: frozenset({Permission.ADMINISTER}),
    }
)


def permissions(role: Role) -> frozenset[Permission]:
    """All that a role may do."""
    ladder = list(Role)
    steps = ladder[: ladder.index(role) + 1]
    return frozenset[Permission]().union(*(_NEW[step] for step in steps))


class Actor(Value):
    """Somebody, as the engine knows them.

    An ``owner`` works on the machine itself and can read the workspace's files: allowed all. An
    ``account`` signed in at the pages: allowed what its roles say, by project or everywhere.
    """

    name: str
    kind: Literal["owner", "account"] = "owner"
    roles: dict[str, Role] = {}

    def may(self, permission: Permission, project: str | None = None) -> bool:
        """Whether this is allowed in a project; None: in what belongs to no project."""
        if self.kind == "owner":
            return True
        held = (self.roles.get(project or EVERYWHERE), self.roles.get(EVERYWHERE))
        return any(permission in permissions(role) for role in held if role is not None)
