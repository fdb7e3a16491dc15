"""The jobs in line and what each will take: noted before any of them begins."""

from typing import Any

import sqlalchemy as sql

from mll_core.domain.job import Job, JobStatus
from mll_core.infra import events
from mll_core.infra.database import Database, now
from mll_core.infra.tables import JOBS

QUEUED = JOBS.c.status == JobStatus.QUEUED.value


class Scales:
    """Weighs the jobs of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unweighed(self) -> tuple[Job, ...]:
        """Jobs in line that nobody has weighed yet, the first first."""
        query = sql.select(JOBS).where(QUEUED & JOBS.c.megabytes.is_(None)).order_by(JOBS.c.number)
        known = Job.model_fields
        rows = self._database.rows(query)
        return tuple(Job.model_validate({k: row[k] for k in row if k in known}) for row in rows)

    def empty(self) -> bool:
        """Whether no job is in line."""
        return not self._database.rows(sql.select(JOBS.c.id).where(QUEUED).limit(1))

    def note(self, job: Job, megabytes: float) -> None:
        """Note what a job in line will take."""
        self._change(job, {"megabytes": megabytes})

    def refuse(self, job: Job, error: dict[str, str]) -> None:
        """A job in line that can never begin fails, with the reason."""
        status = {"status": JobStatus.FAILED.value, "finished": now()}
        self._change(job, {**status, "message": error["message"], "error": error}, "job.failed")

    def _change(self, job: Job, values: dict[str, Any], event: str | None = None) -> None:
        with self._database.write() as connection:
            mine = (JOBS.c.id == job.id) & QUEUED
            if connection.execute(JOBS.update().where(mine).values(values)).rowcount and event:
                told = {"job": job.id, "work": job.kind}
                events.append(connection, event, job.project, job.actor, **told)
