"""What is kept for how long, and dropped when its time is over: each time one line in the log.

Requests: ``deploy.retention_days``. Results, data versions and uploads that nothing of now stands
on: ``data.retention_days``; prepared tables that have a name are kept. Details of finished jobs:
90 days. Old log files: 30 days.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from mll_core.domain.identity import Permission
from mll_core.domain.job import JobStatus
from mll_core.domain.stage import Stage
from mll_core.domain.value import Value
from mll_core.infra import events, vouched
from mll_core.infra.artefacts import PREPARED
from mll_core.infra.catalog_rows import SHA256, strings
from mll_core.infra.guard import needs
from mll_core.infra.prediction_log import folder_of
from mll_core.infra.tables import ARTEFACTS, JOB_LOGS, JOBS
from mll_core.project import Project
from mll_core.workspace import Workspace

JOB_DAYS, LOG_DAYS = 90, 30
FINISHED = [status.value for status in JobStatus if not status.live]


class Due(Value):
    """How much is past its time in one project, or in the workspace."""

    results: int = 0
    uploads: int = 0
    request_days: int = 0
    jobs: int = 0
    logs: int = 0

    @property
    def any(self) -> bool:
        """Whether there is anything to drop."""
        return any(self.to_json().values())

    def plus(self, other: "Due") -> "Due":
        """Both together."""
        mine, theirs = self.to_json(), other.to_json()
        return Due(**{name: mine[name] + theirs[name] for name in mine})


@needs(Permission.ADMINISTER)
def due(workspace: Workspace, now: datetime | None = None) -> Due:
    """What a sweep would drop; nothing is changed."""
    total = Due(logs=len(list(_logs(workspace.home, now or datetime.now(UTC)))))
    for summary in workspace.projects():
        total = total.plus(_Keeping(workspace.project(summary.slug), now).due())
    return total


@needs(Permission.ADMINISTER)
def apply(workspace: Workspace, now: datetime | None = None) -> Due:
    """Drop what is past its time; how much."""
    total = Due()
    for summary in workspace.projects():
        total = total.plus(_Keeping(workspace.project(summary.slug), now).drop())
    logs = list(_logs(workspace.home, now or datetime.now(UTC)))
    for path in logs:
        path.unlink(missing_ok=True)
    return total.plus(Due(logs=len(logs)))


class _Keeping:
    """One project and the time by which its things are judged."""

    def __init__(self, project: Project, now: datetime | None) -> None:
        self._project = project
        self._now = now or datetime.now(UTC)
        self._document = project.document

    def due(self) -> Due:
        return Due(
            results=len(self._results()),
            uploads=len(self._uploads()),
            request_days=len(self._days()),
            jobs=len(self._jobs()),
        )

    def drop(self) -> Due:
        found = self.due()
        if not found.any:
            return found
        rooms = self._project.rooms
        for path in (*self._uploads(), *self._days()):
            path.unlink(missing_ok=True)
        with rooms.database.write() as connection:
            old = ARTEFACTS.c.id.in_(self._results())
            vouched.delete(connection, ARTEFACTS, old)
            details: dict[str, Any] = {"parameters": {}, "result": None, "error": None}
            connection.execute(JOBS.update().where(JOBS.c.id.in_(self._jobs())).values(details))
            connection.execute(JOB_LOGS.delete().where(JOB_LOGS.c.job.in_(self._jobs())))
            counts = found.to_json()
            events.append(
                connection, "retention.applied", self._project.slug, rooms.actor, **counts
            )
        return found

    def _results(self) -> list[int]:
        """Old results that are neither the newest of their stage nor behind a model version."""
        mine = sql.select(ARTEFACTS).where(ARTEFACTS.c.project == self._project.slug)
        rows = self._project.rooms.database.rows(mine.order_by(ARTEFACTS.c.id))
        newest = {row["stage"]: row["id"] for row in rows}
        kept = self._behind_models()
        limit = self._since(self._document.data.retention_days)
        called = set(self._document.prepare.tables.values())
        return [
            row["id"]
            for row in rows
            if row["id"] != newest[row["stage"]]
            and row["at"] < limit
            and not _named(row, kept)
            and not (row["stage"] == PREPARED and row["value"]["data"]["sha256"] in called)
        ]

    def _behind_models(self) -> set[str]:
        """Runs and data that a registered version came from."""
        versions = self._project.registry.versions()
        return {name for v in versions for name in (v.run_id, v.data_version, v.development)}

    def _uploads(self) -> list[Path]:
        """Old uploads of this project that its document of now does not name."""
        folder = self._project.rooms.home / "uploads"
        data, needed = self._document.data, set(self._document.sources)
        versions = self._project.rooms.projects.versions(self._project.slug)
        named = {text for version in versions for text in version.text.split()}
        jobs = [job for job in self._project.jobs() if job.status.live]
        live = {text for job in jobs for text in strings(job.parameters)}
        oldest = (self._now - timedelta(days=data.retention_days)).timestamp()
        return [
            path
            for path in folder.rglob("*")
            if path.is_file()
            and path.stat().st_mtime < oldest
            and str(path) in named
            and str(path) not in needed | live
        ]

    def _days(self) -> list[Path]:
        section = self._document.deploy
        folder = folder_of(self._project.rooms.home, section.name or self._project.slug)
        oldest = (self._now - timedelta(days=section.retention_days)).date().isoformat()
        return [day for day in folder.glob("????-??-??.db") if day.stem < oldest]

    def _jobs(self) -> list[str]:
        ended = JOBS.c.status.in_(FINISHED) & (JOBS.c.finished < self._since(JOB_DAYS))
        told = sql.or_(JOBS.c.result.is_not(None), JOBS.c.error.is_not(None))
        mine = (JOBS.c.project == self._project.slug) & ended & told
        rows = self._project.rooms.database.rows(sql.select(JOBS.c.id).where(mine))
        return [row["id"] for row in rows]

    def _since(self, days: int) -> str:
        return (self._now - timedelta(days=days)).isoformat(timespec="milliseconds")


def _named(row: dict[str, Any], kept: set[str]) -> bool:
    """Whether a model version stands on a result."""
    value = row["value"]
    if row["stage"] in (Stage.TRAIN, Stage.EVALUATE, Stage.DEPLOY):
        return value.get("run_id") in kept
    if row["stage"] == Stage.PREPARE:
        return value["development"]["sha256"] in kept
    return row["stage"] == Stage.COLLECT and bool(kept & set(SHA256.findall(str(value["data"]))))


def _logs(home: Path, now: datetime) -> Iterator[Path]:
    oldest = (now - timedelta(days=LOG_DAYS)).timestamp()
    for path in (home / "logs").glob("*.log.*"):
        if path.stat().st_mtime < oldest:
            yield path
