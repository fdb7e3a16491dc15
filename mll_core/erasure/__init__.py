"""Somebody is forgotten: rows, parts, logs, files, results, and what models learned by name.

It goes in four steps, each of which can be killed and done again: the order is written down; new
versions are made beside the old ones; one transaction lets the catalog name the new ones; the old
ones are destroyed, and with them the order itself. What stays is a tombstone without the person.
"""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import NotFound
from mll_core.domain.identity import Permission
from mll_core.domain.subject import ELSEWHERE, Erased, Found, Order, Subject
from mll_core.erasure.desk import Desk
from mll_core.infra import files, locks
from mll_core.infra.database import now
from mll_core.infra.guard import Access, needs
from mll_core.infra.keys import pseudonym

__all__ = ["Desk", "Erasure"]
PATIENCE = 10.0
"""Seconds to wait for a run of the project to end."""


class Erasure:
    """The erasures of one project."""

    def __init__(self, desk: Callable[[], Desk], access: Access) -> None:
        self.access = access
        self._desk = desk

    @needs(Permission.ADMINISTER)
    def look(self, subject: Subject) -> Found:
        """What would be erased, in counts; nothing is changed.

        Raises UnknownColumn for a column that no data of the project has, Forbidden.
        """
        from mll_core.erasure import copies

        return copies.survey(self._desk(), subject).found()

    @needs(Permission.ADMINISTER)
    def erase(self, subject: Subject, reason: str = "", progress: Progress = quiet) -> Erased:
        """Erase everything the workspace holds of somebody in this project; the tombstone.

        Raises NotFound when nobody is meant, UnknownColumn, Forbidden, and Conflict while a run is
        going on. Doing it again is harmless.
        """
        from mll_core.erasure import copies

        desk = self._desk()
        progress(0.05, "Looking for the rows")
        found = copies.survey(desk, subject).found()
        if not (found.versions or found.requests or found.files):
            what = f"No row of {desk.slug!r} meets this: nothing was erased."
            raise NotFound(what, hint="Check the column and the value, as they stand in the data.")
        tombstone = Erased(
            id=uuid.uuid4().hex,
            project=desk.slug,
            columns=subject.columns,
            subject=pseudonym(subject.canonical()),
            by=desk.actor.name,
            at=now(),
            reason=reason,
        )
        with self._alone(desk):
            desk.erasures.order(Order(subject=subject), tombstone)
            files.crash_point("erasure.ordered")
            return _perform(desk, Order(subject=subject), tombstone, progress)

    @needs(Permission.ADMINISTER)
    def resume(self) -> int:
        """Finish what a killed process began; how many erasures."""
        desk = self._desk()
        waiting = desk.erasures.open()
        for order, tombstone in waiting:
            with self._alone(desk):
                _perform(desk, order, tombstone, quiet)
        return len(waiting)

    @needs(Permission.VIEW)
    def all(self) -> tuple[Erased, ...]:
        """Every erasure so far, newest first."""
        return self._desk().erasures.all()

    def _alone(self, desk: Desk) -> AbstractContextManager[None]:
        lock = desk.home / "locks" / f"{desk.slug}.run"
        return locks.held(lock, what=f"A run of {desk.slug!r}", patience=PATIENCE)


def _perform(desk: Desk, order: Order, tombstone: Erased, progress: Progress) -> Erased:
    from mll_core.erasure import catalog, copies, remains

    if not order.decided:
        progress(0.2, "Writing the data versions without the rows")
        made = copies.make(desk, order.subject)
        files.crash_point("erasure.copied")
        progress(0.6, "Moving the catalog to them")
        order, tombstone = catalog.move(desk, made, tombstone)
    files.crash_point("erasure.moved")
    progress(0.8, "Destroying what is left")
    tombstone = remains.destroy(desk, order, tombstone)
    files.crash_point("erasure.destroyed")
    found = (*tombstone.elsewhere, *ELSEWHERE, *remains.elsewhere(desk))
    done = desk.erasures.finish(tombstone.counted(elsewhere=tuple(dict.fromkeys(found))))
    desk.database.compact()
    progress(1.0, "Done")
    return done
