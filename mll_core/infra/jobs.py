"""The queue of long work: lease, heartbeat, and a fencing token checked with every result."""

import time
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sql

from mll_core.domain.errors import Conflict, NotFound
from mll_core.domain.identity import Actor
from mll_core.domain.job import Job, JobStatus
from mll_core.infra import access, events
from mll_core.infra.database import Database, now
from mll_core.infra.leases import Watchman
from mll_core.infra.tables import JOBS

LEASE = 15.0
"""Seconds a worker may be silent before its job is somebody else's."""
ATTEMPTS = 3
QUEUED = JOBS.c.status == JobStatus.QUEUED.value
RUNNING = JOBS.c.status == JobStatus.RUNNING.value
KILLED = {
    "message": "The process that did this work was killed, three times in a row.",
    "hint": "The machine may be out of memory: try fewer rows or a smaller budget.",
    "id": "",
}


@dataclass(frozen=True)
class Claim:
    """A job somebody works on; ``token`` proves that it is still theirs."""

    job: Job
    token: int


class JobQueue:
    """Jobs of a workspace; each has exactly one result, however often its worker dies."""

    def __init__(self, database: Database, actor: Actor) -> None:
        self._database = database
        self._actor = actor
        self._watchman = Watchman()

    def submit(self, project: str, kind: str, parameters: dict[str, Any]) -> Job:
        """Put work in line; a job of the same kind and project still in line is given back."""
        with self._database.write() as connection:
            same = (JOBS.c.project == project) & (JOBS.c.kind == kind) & QUEUED
            for row in connection.execute(sql.select(JOBS).where(same)).mappings():
                if row["parameters"] == parameters:
                    return _job(dict(row))
            number = (connection.execute(sql.select(sql.func.max(JOBS.c.number))).scalar() or 0) + 1
            identity = uuid.uuid4().hex
            connection.execute(
                JOBS.insert().values(
                    id=identity,
                    number=number,
                    project=project,
                    kind=kind,
                    parameters=parameters,
                    status=JobStatus.QUEUED.value,
                    message="Waiting for the worker.",
                    author=self._actor.name,
                    author_kind=self._actor.kind,
                    created=now(),
                )
            )
            events.append(connection, "job.queued", project, self._actor, job=identity, work=kind)
        return self.get(identity)

    def get(self, identity: str) -> Job:
        """One job, with its place in line. Raises NotFound."""
        rows = self._rows(sql.select(JOBS).where(JOBS.c.id == identity))
        if not rows:
            raise NotFound(f"There is no job {identity!r}.", hint="Look at the Activity page.")
        ahead = sql.select(sql.func.count()).where(QUEUED & (JOBS.c.number < rows[0]["number"]))
        with self._database.read() as connection:
            place = 1 + int(connection.execute(ahead).scalar() or 0)
        return _job(rows[0], place)

    def of(self, project: str | None = None, limit: int = 50) -> tuple[Job, ...]:
        """The newest jobs first, of one project or of all."""
        query = sql.select(JOBS).order_by(JOBS.c.number.desc()).limit(limit)
        if project is not None:
            query = query.where(JOBS.c.project == project)
        return tuple(_job(row) for row in self._rows(query))

    def _rows(self, query: sql.Select[Any]) -> list[dict[str, Any]]:
        """Those of the jobs that one may look at."""
        with self._database.read() as connection:
            seen = query.where(access.seen(connection, self._actor, JOBS.c.project))
            return [dict(row) for row in connection.execute(seen).mappings()]

    def stop(self, identity: str) -> Job:
        """Ask a job to stop; one still in line is stopped at once."""
        with self._database.write() as connection:
            mine = JOBS.c.id == identity
            waiting = {"status": JobStatus.STOPPED.value, "finished": now(), "message": "Stopped."}
            connection.execute(JOBS.update().where(mine & QUEUED).values(waiting))
            connection.execute(JOBS.update().where(mine & RUNNING).values(stop_requested=True))
            project = connection.execute(sql.select(JOBS.c.project).where(mine)).scalar()
            events.append(connection, "job.stop_requested", project, self._actor, job=identity)
        return self.get(identity)

    def claim(self) -> Claim | None:
        """The next job in line, leased to the caller; None when there is none.

        A job whose worker fell silent goes back in line first, or fails after three attempts.
        """
        with self._database.write() as connection:
            _give_up_or_requeue(connection, JOBS.c.id.in_(self._lost(connection)))
            query = sql.select(JOBS).where(QUEUED).order_by(JOBS.c.number).limit(1)
            row = connection.execute(query).mappings().first()
            if row is None:
                return None
            token = row["token"] + 1
            values = {
                "status": JobStatus.RUNNING.value,
                "token": token,
                "attempts": row["attempts"] + 1,
                "started": now(),
                "message": "Starting.",
                **self._lease(),
            }
            connection.execute(JOBS.update().where(JOBS.c.id == row["id"]).values(values))
        return Claim(self.get(row["id"]), token)

    def heartbeat(self, claim: Claim) -> bool:
        """Renew the lease; whether somebody asked to stop. Raises Conflict when it was lost."""
        self._update(claim, self._lease())
        return self.get(claim.job.id).stop_requested

    def report(
        self, claim: Claim, share: float, message: str, result: dict[str, Any] | None
    ) -> None:
        """Tell how far the work is, and what there is so far. Raises Conflict."""
        values: dict[str, Any] = {"progress": min(max(share, 0.0), 1.0), "message": message}
        if result is not None:
            values["result"] = result
        self._update(claim, values)

    def finish(
        self,
        claim: Claim,
        status: JobStatus,
        message: str,
        *,
        result: dict[str, Any] | None = None,
        error: dict[str, str] | None = None,
    ) -> None:
        """Store the one result of a job. Raises Conflict when the lease was lost meanwhile."""
        values: dict[str, Any] = {"status": status.value, "message": message, "finished": now()}
        if status is JobStatus.DONE:
            values["progress"] = 1.0
        if result is not None:
            values["result"] = result
        if error is not None:
            values["error"] = error
        self._update(claim, values, event=f"job.{status.value}")

    def release(self, claim: Claim) -> None:
        """The child of this claim died: back in line, or failed after three attempts."""
        with self._database.write() as connection:
            mine = (JOBS.c.id == claim.job.id) & (JOBS.c.token == claim.token) & RUNNING
            _give_up_or_requeue(connection, mine)

    def recover(self) -> int:
        """Give back what dead workers left; how many jobs."""
        with self._database.write() as connection:
            lost = self._lost(connection)
            _give_up_or_requeue(connection, JOBS.c.id.in_(lost))
        return len(lost)

    def _lost(self, connection: sql.Connection) -> list[str]:
        leases = sql.select(JOBS.c.id, JOBS.c.lease_until, JOBS.c.lease_boot).where(RUNNING)
        return [
            row.id
            for row in connection.execute(leases)
            if self._watchman.is_over(row.id, row.lease_until or 0.0, row.lease_boot or "", LEASE)
        ]

    def _lease(self) -> dict[str, Any]:
        until = time.monotonic() + LEASE
        return {"heartbeat": now(), "lease_until": until, "lease_boot": self._watchman.boot}

    def _update(self, claim: Claim, values: dict[str, Any], event: str | None = None) -> None:
        with self._database.write() as connection:
            mine = (JOBS.c.id == claim.job.id) & (JOBS.c.token == claim.token) & RUNNING
            if not connection.execute(JOBS.update().where(mine).values(values)).rowcount:
                hint = "Somebody else took the job over; this result is dropped."
                raise Conflict("The lease of this job was lost.", hint=hint)
            if event:
                job = claim.job
                events.append(connection, event, job.project, job.actor, job=job.id, work=job.kind)


def _give_up_or_requeue(connection: sql.Connection, which: sql.ColumnElement[bool]) -> None:
    again = {"status": JobStatus.QUEUED.value, "message": "Starting again: its process was killed."}
    failed = {
        "status": JobStatus.FAILED.value,
        "message": KILLED["message"],
        "error": KILLED,
        "finished": now(),
    }
    stopped = {"status": JobStatus.STOPPED.value, "message": "Stopped.", "finished": now()}
    tired = which & (JOBS.c.attempts >= ATTEMPTS)
    connection.execute(JOBS.update().where(which & JOBS.c.stop_requested).values(stopped))
    connection.execute(JOBS.update().where(tired).values(failed))
    connection.execute(JOBS.update().where(which).values(again))


def _job(row: dict[str, Any], place: int | None = None) -> Job:
    fields = {key: value for key, value in row.items() if key in Job.model_fields}
    queued = row["status"] == JobStatus.QUEUED.value
    return Job.model_validate({**fields, "place": place if queued else None})
