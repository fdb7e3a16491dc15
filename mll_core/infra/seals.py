"""The seals of one project: criteria written before the test is opened, and every opening."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from mll_core.domain.identity import Actor
from mll_core.domain.job import Event
from mll_core.infra import events
from mll_core.infra.database import Database

EVER = 1_000_000


class Seals:
    """Read from and written to the event log, so that no seal can be changed unseen."""

    def __init__(self, database: Database, project: str, actor: Actor) -> None:
        self._database = database
        self._project = project
        self._actor = actor

    def seal(self, sha256: str, criteria: Iterable[str]) -> str:
        """Record a wording of the criteria once; when that was, in UTC ISO text."""
        known = self._found("criteria.sealed", sha256=sha256)
        if known:
            return known[-1].at
        return self._log("criteria.sealed", sha256=sha256, criteria=list(criteria)).at

    def sealed(self) -> tuple[Event, ...]:
        """Every wording that was ever sealed, oldest first."""
        return tuple(self._found("criteria.sealed"))

    def open_test(self, test: str, run_id: str, **why: Any) -> int:
        """Log that the test rows ``test`` are opened; the how-manieth opening of them it is.

        ``why``: what else the line says. The same candidate counts once: a crash between opening
        and report costs nothing.
        """
        runs = [event.detail["run_id"] for event in self.openings(test)]
        if run_id in runs:
            return runs.index(run_id) + 1
        self._log("test.opened", test=test, run_id=run_id, opening=len(runs) + 1, **why)
        return len(runs) + 1

    def redrawn(self, test: str, **counts: int) -> None:
        """Log what the test rows ``test`` have to do with rows that were sealed before."""
        self._log("test.redrawn", test=test, **counts)

    def last_redrawn(self, test: str) -> Event | None:
        """What was logged of them last; None when nothing was."""
        known = self._known_as(test)
        lines = [line for line in self._found("test.redrawn") if line.detail["test"] in known]
        return lines[-1] if lines else None

    def openings(self, test: str) -> tuple[Event, ...]:
        """Every opening of the test rows ``test``, oldest first."""
        known = self._known_as(test)
        return tuple(line for line in self._found("test.opened") if line.detail["test"] in known)

    def _known_as(self, test: str) -> set[str]:
        """The names these rows had before somebody was erased from them, and the one they have."""
        names = {test}
        for line in reversed(self._found(events.ERASURE)):
            names |= {old for old, new in line.detail["moved"].items() if new in names}
        return names

    def _found(self, kind: str, **detail: Any) -> list[Event]:
        lines = events.read(self._database, self._project, EVER, kind=kind)
        return [line for line in reversed(lines) if detail.items() <= line.detail.items()]

    def _log(self, kind: str, **detail: Any) -> Event:
        with self._database.write() as connection:
            log = partial(events.append, connection, kind, self._project, self._actor)
            return log(**detail)
