"""The queue of long work: lease, heartbeat, and a fencing token checked with every result."""

import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sql

from mll_core.domain.errors import Conflict, NotFound
from mll_core.domain.identity import Actor
from mll_core.domain.job import Job, JobStatus
from mll_core.infra import access, events, retries
from mll_core.infra.admission import Choice, Room, Row, choose
from mll_core.infra.database import Database, now
from mll_core.infra.job_logs import JobLogs
from mll_core.infra.leases import Watchman
from mll_core.infra.tables import JOBS

LEASE = 15.0
"""Seconds a worker may be silent before its job is somebody else's."""
QUEUED = JOBS.c.status == JobStatus.QUEUED.value
RUNNING = JOBS.c.status == JobStatus.RUNNING.value
OPEN = Room()
"""Room without limits."""


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
        self._logs = JobLogs(database)

    def submit(self, project: str, kind: str, parameters: dict[str, Any]) -> Job:
        """Put work in line; a job of the same kind and project still in line is given back."""
        with self._database.write() as connection:
            identity = enqueue(connection, project, kind, parameters, self._actor)
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

    def log(self, identity: str) -> str:
        """The last lines that a job said. Raises NotFound."""
        return self._logs.of(self.get(identity).id)

    def stop(self, identity: str) -> Job:
        """Ask a job to stop; one still in line is stopped at once, one that is over stays."""
        job = self.get(identity)
        with self._database.write() as connection:
            mine = JOBS.c.id == identity
            waiting = {"status": JobStatus.STOPPED.value, "finished": now(), "message": "Stopped."}
            changed = connection.execute(JOBS.update().where(mine & QUEUED).values(waiting))
            flagged = JOBS.update().where(mine & RUNNING).values(stop_requested=True)
            if changed.rowcount + connection.execute(flagged).rowcount:
                events.append(
                    connection, "job.stop_requested", job.project, self._actor, job=identity
                )
        return self.get(identity)

    def stopping(self, identities: Collection[str]) -> set[str]:
        """Those of these jobs that somebody asked to stop."""
        asked = sql.select(JOBS.c.id).where(JOBS.c.id.in_(identities) & JOBS.c.stop_requested)
        return {row["id"] for row in self._database.rows(asked)} if identities else set()

    def claim(self, room: Room = OPEN) -> Claim | None:
        """The next job that there is ``room`` for, leased to the caller; None when there is none.

        A job whose worker fell silent goes back in line first, or fails. Those that wait are told
        what for.
        """
        if not self._database.rows(sql.select(JOBS.c.id).where(QUEUED | RUNNING).limit(1)):
            return None  # the usual case takes no lock
        with self._database.write() as connection:
            retries.settle(connection, JOBS.c.id.in_(self._lost(connection)), self._watchman.boot)
            live = sql.select(JOBS).where(QUEUED | RUNNING)
            rows = [dict(row) for row in connection.execute(live).mappings()]
            if not rows:
                return None
            boot = self._watchman.boot
            line = [r for r in rows if r["status"] == "queued" and not retries.rests(r, boot)]
            running = [row for row in rows if row["status"] == "running"]
            choice = choose(sorted(line, key=lambda row: row["number"]), running, room)
            self._tell(connection, rows, choice)
            row = choice.row
            if row is None:
                return None
            token = row["token"] + 1
            values = {
                "status": JobStatus.RUNNING.value,
                "token": token,
                "attempts": row["attempts"] + 1,
                "repeatable": room.repeats(row["kind"]),
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

    def release(self, claim: Claim, *, blame: bool = True) -> None:
        """The child of this claim died: back in line, or failed; see ``retries``."""
        with self._database.write() as connection:
            mine = (JOBS.c.id == claim.job.id) & (JOBS.c.token == claim.token) & RUNNING
            retries.settle(connection, mine, self._watchman.boot, blame=blame)

    def recover(self) -> int:
        """Give back what dead workers left; how many jobs."""
        with self._database.write() as connection:
            lost = JOBS.c.id.in_(self._lost(connection))
            return retries.settle(connection, lost, self._watchman.boot)

    def _tell(self, connection: sql.Connection, rows: Sequence[Row], choice: Choice) -> None:
        said = {row["id"]: row["message"] for row in rows}
        for identity, message in choice.told.items():
            if said[identity] != message:
                mine = JOBS.c.id == identity
                connection.execute(JOBS.update().where(mine).values(message=message))
        if choice.overtaken:
            later = JOBS.update().where(JOBS.c.id.in_(choice.overtaken))
            more = sql.func.coalesce(JOBS.c.overtaken, 0) + 1
            connection.execute(later.values(overtaken=more))

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


def enqueue(
    connection: sql.Connection, project: str, kind: str, parameters: dict[str, Any], author: Actor
) -> str:
    """Put work in line within a transaction; its id, or that of the same work still in line."""
    same = (JOBS.c.project == project) & (JOBS.c.kind == kind) & QUEUED
    for row in connection.execute(sql.select(JOBS).where(same)).mappings():
        if row["parameters"] == parameters:
            return str(row["id"])
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
            author=author.name,
            author_kind=author.kind,
            created=now(),
        )
    )
    events.append(connection, "job.queued", project, author, job=identity, work=kind)
    return identity


def _job(row: dict[str, Any], place: int | None = None) -> Job:
    fields = {key: value for key, value in row.items() if key in Job.model_fields}
    queued = row["status"] == JobStatus.QUEUED.value
    return Job.model_validate({**fields, "place": place if queued else None})
