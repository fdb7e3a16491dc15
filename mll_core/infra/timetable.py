"""Schedules of a workspace in the catalog, and the work that falls due."""

import logging
import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from mll_core.domain.errors import Conflict, Forbidden, NotFound
from mll_core.domain.identity import Actor
from mll_core.domain.job import JobStatus
from mll_core.domain.schedule import Rule, Schedule
from mll_core.infra import access, events
from mll_core.infra.database import Database
from mll_core.infra.jobs import enqueue
from mll_core.infra.tables import JOBS, SCHEDULES

LOG = logging.getLogger("mll.schedules")
FAR = timedelta(days=2)
"""A next time so much later than the one after next was reckoned while the clock was wrong."""
LIVE = [JobStatus.QUEUED.value, JobStatus.RUNNING.value]


def the_time() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def local_zone() -> str:
    """The machine's own time zone by its IANA name; UTC where it does not tell."""
    told = os.environ.get("TZ", "").removeprefix(":")
    if told and not told.startswith("/"):
        return told
    _, known, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    return name if known else "UTC"


class Timetable:
    """What is done by itself, and when. A missed time is made up for once, however many were."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = the_time) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, project: str, kind: str, parameters: dict[str, Any], rule: Rule, actor: Actor
    ) -> Schedule:
        """A new schedule. Raises Forbidden."""
        made = Schedule(
            id=uuid.uuid4().hex[:12],
            project=project,
            kind=kind,
            parameters=parameters,
            rule=rule,
            next_due=_text(rule.after(self._clock())),
            author=actor.name,
            author_kind=actor.kind,
        )
        with self._database.write() as connection:
            connection.execute(SCHEDULES.insert().values(made.to_json()))
            told = {"schedule": made.id, "work": kind, "when": rule.sentence(), "zone": rule.zone}
            events.append(connection, "schedule.added", project, actor, **told)
        return made

    def of(self, project: str | None, actor: Actor) -> tuple[Schedule, ...]:
        """Those of one project, or of all that ``actor`` may look at, the next due first."""
        query = sql.select(SCHEDULES).order_by(SCHEDULES.c.next_due)
        if project is not None:
            query = query.where(SCHEDULES.c.project == project)
        with self._database.read() as connection:
            seen = query.where(access.seen(connection, actor, SCHEDULES.c.project))
            return tuple(Schedule(**row) for row in connection.execute(seen).mappings())

    def switch(self, project: str, identity: str, actor: Actor, *, on: bool) -> Schedule:
        """Pause a schedule, or take it up again from now on. Raises NotFound, Forbidden."""
        schedule = self._one(project, identity, actor)
        values: dict[str, Any] = {"enabled": on}
        if on:
            values["next_due"] = _text(schedule.rule.after(self._clock()))
        change = SCHEDULES.update().where(SCHEDULES.c.id == schedule.id).values(values)
        self._change(schedule, change, "schedule.resumed" if on else "schedule.paused", actor)
        return schedule.model_copy(update=values)

    def remove(self, project: str, identity: str, actor: Actor) -> None:
        """Forget a schedule; what it did stays. Raises NotFound, Forbidden."""
        schedule = self._one(project, identity, actor)
        gone = SCHEDULES.delete().where(SCHEDULES.c.id == schedule.id)
        self._change(schedule, gone, "schedule.removed", actor)

    def begin_due(self) -> int:
        """Put in line what is due by now; how many jobs. Each time is taken once, by one worker."""
        moment = self._clock()
        enabled = sql.select(SCHEDULES).where(SCHEDULES.c.enabled)
        begun = 0
        for row in self._database.rows(enabled):
            schedule = Schedule(**row)
            if schedule.next_due <= _text(moment):
                begun += self._begin(schedule, moment)
            else:
                self._mend(schedule, moment)
        return begun

    def _begin(self, schedule: Schedule, moment: datetime) -> bool:
        rule, due = schedule.rule, datetime.fromisoformat(schedule.next_due)
        author = Actor(name=schedule.author, kind=schedule.author_kind)
        then: dict[str, Any] = {"next_due": _text(rule.after(moment, due))}
        try:
            with self._database.write() as connection:
                job = sql.select(JOBS.c.status).where(JOBS.c.id == (schedule.last_job or ""))
                busy = connection.execute(job).scalar() in LIVE
                if not busy:
                    told = (schedule.project, schedule.kind, schedule.parameters)
                    then["last_job"] = enqueue(connection, *told, author)
                    then["last_run"] = _text(moment)
                mine = (SCHEDULES.c.id == schedule.id) & SCHEDULES.c.enabled
                mine &= SCHEDULES.c.next_due == schedule.next_due
                if not connection.execute(SCHEDULES.update().where(mine).values(then)).rowcount:
                    raise Conflict("Somebody else took this time.", hint="Nothing is to be done.")
        except Conflict:
            return False
        except Forbidden as refused:
            self._give_up(schedule, author, refused)
            return False
        if busy:
            LOG.info("schedule %s: left out, the work before is not over", schedule.id)
        return not busy

    def _mend(self, schedule: Schedule, moment: datetime) -> None:
        """A clock that was far ahead and is right again must not put off the next time."""
        following = schedule.rule.after(moment)
        if schedule.next_due > _text(schedule.rule.after(following) + FAR):
            with self._database.write() as connection:
                mine = SCHEDULES.c.id == schedule.id
                change = SCHEDULES.update().where(mine).values(next_due=_text(following))
                connection.execute(change)

    def _give_up(self, schedule: Schedule, author: Actor, refused: Forbidden) -> None:
        """Its author may not run work any more: it is paused, and that is logged."""
        off = SCHEDULES.update().where(SCHEDULES.c.id == schedule.id).values(enabled=False)
        self._change(schedule, off, "schedule.refused", author, why=str(refused))

    def _one(self, project: str, identity: str, actor: Actor) -> Schedule:
        known = {schedule.id: schedule for schedule in self.of(project, actor)}
        if identity not in known:
            raise NotFound.named("schedule", identity, known)
        return known[identity]

    def _change(
        self, schedule: Schedule, change: Any, kind: str, actor: Actor, **told: Any
    ) -> None:
        with self._database.write() as connection:
            connection.execute(change)
            events.append(connection, kind, schedule.project, actor, schedule=schedule.id, **told)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
