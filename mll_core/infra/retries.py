"""What becomes of a job whose process died: stopped, failed, or in line again after a pause."""

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sql

from mll_core.domain.job import Job, JobStatus
from mll_core.infra import events
from mll_core.infra.database import now
from mll_core.infra.tables import JOBS

ATTEMPTS = 3
PAUSES = (2.0, 10.0)
"""Seconds before the second attempt and before the third."""
KILLED = {
    "message": "The process that did this work was killed, three times in a row.",
    "hint": "The machine may be out of memory: try fewer rows or a smaller budget.",
    "id": "",
}
NOT_REPEATED = {
    "message": "The process that did this work was killed. Work of this kind is not begun again "
    "by itself, as a part of it may be done already.",
    "hint": "Look at what was done, then start it again.",
    "id": "",
}


def settle(
    connection: sql.Connection, which: sql.ColumnElement[bool], boot: str, *, blame: bool = True
) -> int:
    """Decide about every job of ``which``; how many there were.

    Without ``blame`` the worker ended in good order: that is no failed attempt.
    """
    found = connection.execute(sql.select(JOBS).where(which)).mappings()
    rows = [dict(row) for row in found]
    for row in rows:
        status, values = _verdict(row, boot, blame)
        connection.execute(JOBS.update().where(JOBS.c.id == row["id"]).values(values))
        if status is not JobStatus.QUEUED:
            author = Job.model_validate(
                {k: v for k, v in row.items() if k in Job.model_fields}
            ).actor
            told = {"job": row["id"], "work": row["kind"]}
            events.append(connection, f"job.{status}", row["project"], author, **told)
    return len(rows)


def rests(row: Mapping[str, Any], boot: str) -> bool:
    """Whether a job in line waits for its next attempt, by the clock of this boot."""
    if row["lease_until"] is None or (row["lease_boot"] or "") != boot:
        return False
    return 0 < float(row["lease_until"]) - time.monotonic() <= max(PAUSES)


def _verdict(row: Mapping[str, Any], boot: str, blame: bool) -> tuple[JobStatus, dict[str, Any]]:
    if row["stop_requested"]:
        return JobStatus.STOPPED, _over(JobStatus.STOPPED, "Stopped.", None)
    if row["repeatable"] is False:
        return JobStatus.FAILED, _over(JobStatus.FAILED, NOT_REPEATED["message"], NOT_REPEATED)
    if blame and row["attempts"] >= ATTEMPTS:
        return JobStatus.FAILED, _over(JobStatus.FAILED, KILLED["message"], KILLED)
    pause = PAUSES[min(row["attempts"], len(PAUSES)) - 1] if blame else 0.0
    again = {
        "status": JobStatus.QUEUED.value,
        "message": f"Its process was killed; it starts again in {pause:.0f} seconds."
        if blame
        else "Starting again: the worker was restarted.",
        "attempts": row["attempts"] - (0 if blame else 1),
        "lease_until": time.monotonic() + pause,
        "lease_boot": boot,
    }
    return JobStatus.QUEUED, again


def _over(status: JobStatus, message: str, error: dict[str, str] | None) -> dict[str, Any]:
    values = {"status": status.value, "message": message, "finished": now()}
    return values | ({"error": error} if error else {})
