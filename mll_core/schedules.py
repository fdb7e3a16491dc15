"""What one project does by itself, and when."""

from mll_core.domain.errors import InvalidParameter, nearest
from mll_core.domain.identity import Permission
from mll_core.domain.schedule import Schedule, parse
from mll_core.domain.source_address import file_of, refuse_password, scheme_of
from mll_core.infra.database import Database
from mll_core.infra.guard import Access, needs
from mll_core.infra.reach import Reach
from mll_core.infra.timetable import Timetable, local_zone

KINDS = ("monitor", "run", "retrain")
REQUESTS = "requests"


class Schedules:
    """Adds, lists, pauses and removes; a worker does what is due."""

    def __init__(self, database: Database, slug: str, access: Access, reach: Reach) -> None:
        self.access = access
        self._reach = reach
        self._timetable = Timetable(database)
        self._slug = slug

    @needs(Permission.RUN)
    def add(self, kind: str, every: str, zone: str = "", **parameters: str | None) -> Schedule:
        """A new one: ``every`` in words, by the clocks of ``zone``, else of this machine.

        ``current`` (monitor, retrain) may be a path, a glob or an address: it is read anew each
        time. Raises InvalidParameter, Forbidden when the actor may not read it.
        """
        if kind not in KINDS:
            raise InvalidParameter(f"There is no work {kind!r}.", hint=nearest(kind, KINDS))
        given = {name: value for name, value in parameters.items() if value}
        if kind != "run" and "current" not in given:
            hint = "Give a path, a glob or an address; it is read anew each time."
            raise InvalidParameter("Which rows to look at is not said.", hint=hint)
        for name, value in given.items():
            refuse_password(value)
            if name in ("current", "labels") and value != REQUESTS:
                given[name] = _whole(value)
                self._reach.source(given[name])
        rule = parse(every, zone or local_zone())
        return self._timetable.add(self._slug, kind, dict(given), rule, self.access.actor)

    @needs(Permission.VIEW)
    def all(self) -> tuple[Schedule, ...]:
        """The next due first."""
        return self._timetable.of(self._slug, self.access.actor)

    @needs(Permission.RUN)
    def pause(self, identity: str) -> Schedule:
        """Do nothing until it is resumed. Raises NotFound."""
        return self._timetable.switch(self._slug, identity, self.access.actor, on=False)

    @needs(Permission.RUN)
    def resume(self, identity: str) -> Schedule:
        """Take it up again; times missed meanwhile are not made up for. Raises NotFound."""
        return self._timetable.switch(self._slug, identity, self.access.actor, on=True)

    @needs(Permission.RUN)
    def remove(self, identity: str) -> None:
        """Forget it; what it did stays. Raises NotFound."""
        self._timetable.remove(self._slug, identity, self.access.actor)


def _whole(source: str) -> str:
    """A path or glob from the root: the worker stands in another folder."""
    path = None if scheme_of(source) else file_of(source)
    return str(path.expanduser().absolute()) if path is not None else source
