"""What a start puts in order: whatever killed processes left behind. Nothing named is touched."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from mll_core import retention
from mll_core.domain.errors import Conflict, NotReady, Untrusted
from mll_core.domain.identity import Permission
from mll_core.domain.job import Event, JobStatus
from mll_core.domain.value import Value
from mll_core.infra import events, files, sealed, vouched
from mll_core.infra.anchor import Head
from mll_core.infra.erasures import unfinished
from mll_core.infra.guard import needs
from mll_core.infra.objects import ORPHAN_AGE, ObjectStore
from mll_core.infra.tables import APPROVALS, ARTEFACTS, DOCUMENTS, JOBS, MODELS
from mll_core.retention import Due
from mll_core.workspace import Workspace

LOG = logging.getLogger("mll.housekeeping")
GRACE = 24 * 3600.0
"""Seconds a file may be unnamed: a run without a worker names its files only at its end."""
ACCEPT = 'mll doctor --accept-log "why"'
"""What an admin says to go on with a log that its anchor does not vouch for."""
SHA256 = re.compile(r"[0-9a-f]{64}")
UPLOAD = re.compile(r"uploads[/\\]+([0-9a-f]{12,16})[/\\]")
HALF_WRITTEN = re.compile(r"\..+\.[0-9a-f]{32}|.+\.part")
NAMING = (
    *(ARTEFACTS.c.value, ARTEFACTS.c.data_version, MODELS.c.value, APPROVALS.c.value),
    *(JOBS.c.parameters, JOBS.c.result, DOCUMENTS.c.text),
)


class Swept(Value):
    """How many were put in order, and the bytes that are free again."""

    temporaries: int = 0
    half_written: int = 0
    orphans: int = 0
    freed: int = 0
    jobs: int = 0
    documents: int = 0
    sealed: int = 0
    """Files for questions that nobody asked for a week."""
    erasures: int = 0
    """Erasures that a killed process had begun, finished now."""
    dropped: Due = Due()
    """What was past its time."""


@needs(Permission.ADMINISTER)
def sweep(workspace: Workspace, grace: float = GRACE) -> Swept:
    """Delete what nobody can own or name, give back dead workers' jobs, mend document files.

    What makes room comes first: on a full disk the rest may be refused. Raises NoRoom then, and
    Untrusted, with nothing deleted, when the files may belong to another catalog.
    """
    _refuse_foreign(workspace)
    left = half_written(workspace.home)
    for path in left:
        path.unlink(missing_ok=True)
    temporaries = sum(store.sweep() for store in _stores(workspace))
    unnamed = orphans(workspace, grace)
    freed = sum(_delete(path, grace) for path in unnamed)
    jobs = workspace.jobs.recover()
    _anchor_again(workspace)
    erasures = _finish_erasures(workspace)
    dropped = retention.apply(workspace)
    return Swept(
        temporaries=temporaries,
        half_written=len(left),
        orphans=len(unnamed),
        freed=freed,
        jobs=jobs,
        documents=_mend_documents(workspace),
        sealed=sealed.sweep(workspace.home),
        erasures=erasures,
        dropped=dropped,
    )


def _refuse_foreign(workspace: Workspace) -> None:
    """Nothing is deleted by a catalog that does not know this folder: it would know no file."""
    empty = not events.read(workspace.database, None, 1) and any(_nameable(workspace))
    if workspace.database.fits_its_folder() and not empty:
        return
    name = workspace.database.anchor.path.name
    what = "The catalog is not the one that this folder was last written by"
    if workspace.database.anchor.read() is None:
        what = f"Without {name}, signed here, nobody knows whether the catalog is the newest"
    hint = (
        "Check MLL_DATABASE_URL and MLL_KEYS. If you restored an older copy on purpose: " + ACCEPT
    )
    raise Untrusted(f"{what}; nothing was swept.", hint=hint)


@needs(Permission.ADMINISTER)
def accept_log(workspace: Workspace, reason: str) -> Event:
    """Go on with a log that its anchor does not vouch for; the line that says so, and the reason.

    Killed before the anchor is written, it is to be done again. Raises NotReady when the anchor
    fits, Untrusted when a line was changed: that is never accepted.
    """
    database = workspace.database
    if broken := events.first_unlinked(database):
        what = f"Line {broken} of the event log was changed or removed; that is not accepted."
        raise Untrusted(what, hint="Restore the catalog from a copy of before.")
    if events.first_broken(database) is None:
        raise NotReady("The anchor fits the log.", hint="There is nothing to accept.")
    noted = database.anchor.read()
    with database.write() as connection:
        told: dict[str, Any] = {"reason": reason, "noted": noted._asdict() if noted else None}
        told["rows_not_as_written"] = len(vouched.astray(connection))
        vouched.anew(connection, None)  # the lines that vouched for them may be gone
        line = events.append(connection, events.ACCEPTED, None, workspace.actor, **told)
    database.anchor.accept(Head(line.number, line.hash))
    return line


def _stores(workspace: Workspace) -> tuple[ObjectStore, ...]:
    """The data versions, and the rows that retraining added."""
    return workspace.objects, ObjectStore(workspace.home / "additions")


def half_written(home: Path) -> list[Path]:
    """Files whose writer died before it gave them their name, an hour ago or earlier."""
    folders = (home, home / "models", *home.glob("projects/*"), *home.glob("uploads/*"))
    return [
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if path.is_file() and HALF_WRITTEN.fullmatch(path.name) and _age(path) > ORPHAN_AGE
    ]


@needs(Permission.ADMINISTER)
def orphans(workspace: Workspace, grace: float = GRACE) -> list[Path]:
    """Objects, models and uploads nothing in the catalog names, older than ``grace`` seconds.

    What was written since the oldest job now running began is left alone: it may be its.
    """
    running = [job for job in workspace.jobs.of(limit=1_000) if job.status is JobStatus.RUNNING]
    began = min((_seconds(job.created) for job in running), default=float("inf"))
    old = [
        path for path in _nameable(workspace) if _age(path) > grace and path.stat().st_mtime < began
    ]
    if not old:
        return []
    known = named(workspace)
    return [path for path in old if _name(path) not in known]


def _nameable(workspace: Workspace) -> Iterator[Path]:
    for store in _stores(workspace):
        yield from store.all()
    yield from (p for p in workspace.home.glob("models/*") if SHA256.fullmatch(p.stem))
    for path in workspace.home.glob("uploads/*/*"):
        if path.is_file() and not HALF_WRITTEN.fullmatch(path.name):
            yield path


def _name(path: Path) -> str:
    """What the catalog would name a file by: an upload by its folder, all else by its content."""
    return path.stem if SHA256.fullmatch(path.stem) else path.parent.name


@needs(Permission.ADMINISTER)
def named(workspace: Workspace) -> set[str]:
    """Every sha256, and every folder of an upload, that stands anywhere in the catalog."""
    found: set[str] = set()
    with workspace.database.read() as connection:
        for column in NAMING:
            for (value,) in connection.execute(sql.select(sql.cast(column, sql.Text))):
                found.update(SHA256.findall(value or ""), UPLOAD.findall(value or ""))
    return found


def _delete(path: Path, grace: float) -> int:
    if _age(path) <= grace:  # stored again in this moment
        return 0
    size = path.stat().st_size
    path.unlink(missing_ok=True)
    if path.parent.parent.name == "uploads":
        with suppress(OSError):  # something else is in there
            path.parent.rmdir()
    return size


def _anchor_again(workspace: Workspace) -> None:
    """A writer killed between the catalog and its anchor left the anchor behind: move it on."""
    database = workspace.database
    newest = next(iter(events.read(database, None, 1)), None)
    noted = database.anchor.read()
    if newest is None or noted is None or noted.number >= newest.number:
        return
    if events.first_broken(database) is None:
        database.anchor.advance(noted, Head(newest.number, newest.hash), _unknown)


def _unknown(_: int) -> None:
    return None


def _mend_documents(workspace: Workspace) -> int:
    """A writer killed after its version was saved left an old file: write the newest one."""
    mended = 0
    for summary in workspace.projects():
        path = workspace.rooms.projects.path(summary.slug)
        newest, *earlier = workspace.rooms.projects.versions(summary.slug)
        stale = path.exists() and path.stat().st_mtime < _seconds(newest.at)
        if not path.exists() or (stale and _text(path) in {version.text for version in earlier}):
            files.write_text(path, newest.text)
            mended += 1
    return mended


def _finish_erasures(workspace: Workspace) -> int:
    """A writer killed while somebody was erased left the order: do the rest of it."""
    finished = 0
    for project in unfinished(workspace.database):
        try:
            finished += workspace.project(project).erasure.resume()
        except Conflict:
            LOG.warning("%s: a run is going on; the erasure is finished at the next start", project)
    return finished


def _text(path: Path) -> Any:
    return path.read_text(encoding="utf-8", errors="replace")


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


@needs(Permission.ADMINISTER)
def leftovers(workspace: Workspace) -> Iterator[Path]:
    """All that ``sweep`` would delete; nothing is changed."""
    for store in _stores(workspace):
        yield from store.left_behind()
    yield from half_written(workspace.home)
    yield from orphans(workspace)
