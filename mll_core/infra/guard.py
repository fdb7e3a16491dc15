"""What the methods of the facade need, declared beside each: refused before any work is done."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from mll_core.domain.errors import Conflict, Forbidden, NoRoom
from mll_core.domain.identity import Actor, Permission
from mll_core.infra import access, events
from mll_core.infra.database import Database

LOG = logging.getLogger("mll.access")
P = ParamSpec("P")
R = TypeVar("R")
_DECLARED = "needed_permission"
_TOLD = "told"


class Access:
    """What somebody may do in one project (None: in what belongs to none), looked up each time."""

    def __init__(self, database: Database, actor: Actor, project: str | None) -> None:
        self._database = database
        self.actor = actor
        self.project = project

    def allows(self, permission: Permission) -> bool:
        """Whether this is allowed by now."""
        if self.actor.kind == "owner":
            return True
        with self._database.read() as connection:
            return access.current(connection, self.actor).may(permission, self.project)

    def require(self, permission: Permission) -> None:
        """Raises Forbidden when this is not allowed by now, and logs that."""
        if self.actor.kind == "owner":
            return
        try:
            with self._database.read() as connection:
                access.demand(connection, self.actor, permission, self.project)
        except Forbidden as refused:
            self.tell(refused)
            raise

    def tell(self, refused: Forbidden) -> None:
        """Log a refusal, once, after all that was refused is undone."""
        if getattr(refused, _TOLD, False):
            return
        setattr(refused, _TOLD, True)
        try:
            with self._database.write() as connection:
                what = str(refused)
                events.append(connection, "access.refused", self.project, self.actor, what=what)
        except (NoRoom, Conflict):
            LOG.warning("a refusal could not be logged: %s", refused, exc_info=True)


class Guarded(Protocol):
    """Something whose methods declare what one needs for them."""

    @property
    def access(self) -> Access:
        """What whoever uses it may do."""
        ...


def needs(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declares what a method needs: refused before any work; ``declared`` finds it again."""

    def declare(method: Callable[P, R]) -> Callable[P, R]:
        @wraps(method)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            guarded = cast(Guarded, args[0])
            try:
                guarded.access.require(permission)
                return method(*args, **kwargs)
            except Forbidden as refused:
                guarded.access.tell(refused)
                raise

        checked.__dict__[_DECLARED] = permission
        return checked

    return declare


def declared(method: Any) -> Permission | None:
    """What a method or property says one needs for it; None when it says nothing."""
    function = getattr(method, "fget", None) or getattr(method, "func", None) or method
    found: Permission | None = getattr(function, _DECLARED, None)
    return found
