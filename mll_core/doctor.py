"""Look whether all is well: versions, folders, disk, ports, the catalog, optional parts."""

import platform
import shutil
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Literal

from mll_core import housekeeping, integrity, retention
from mll_core.domain.connector import Progress
from mll_core.domain.connector import quiet as ignored
from mll_core.domain.errors import MllError, Unreachable, Untrusted
from mll_core.domain.value import Value
from mll_core.infra import disks, erasures, events, room
from mll_core.infra.keys import signing_key
from mll_core.infra.objects import ObjectStore
from mll_core.infra.processes import is_free
from mll_core.workspace import Workspace, folder_of

PACKAGES = ("streamlit", "duckdb", "scikit-learn", "lightgbm", "mlflow-skinny", "shap", "pandas")
OPTIONAL = {
    "psycopg": "PostgreSQL as catalog: pip install psycopg[binary]",
    "fpdf": "Reports as PDF: pip install 'mll-workbench[pdf]'",
}
PORTS = {8501: "pages", 8600: "scoring service"}
GIGABYTE = 1 << 30
_ACCEPTING = f"Restore it from a copy, or go on and have it logged: {housekeeping.ACCEPT}"

Mark = Literal["ok", "note", "problem"]


class Line(Value):
    """One thing looked at."""

    what: str
    said: str
    mark: Mark = "ok"


class Examination(Value):
    """All that was looked at; ``well`` when there is no problem."""

    well: bool
    lines: tuple[Line, ...]


def examine(home: str | None, *, quick: bool = False, progress: Progress = ignored) -> Examination:
    """Look at everything; changes nothing. The worker sweeps at its start.

    ``quick``: of files only that they are there, in their size.
    """
    try:
        workspace = Workspace.open(home)
    except (Untrusted, Unreachable) as error:
        return Examination(well=False, lines=(_trouble("catalog", error), *_by_name(home)))
    kept = _kept(integrity.check(workspace, quick=quick, progress=progress), quick)
    parts = {
        "machine": _machine(workspace),
        "safety": _safety(),
        "catalog": _catalog(workspace),
        "what is kept": kept,
        "erasures": _erasures(workspace),
        "retention": _retention(workspace),
        "optional parts": _optional(),
    }
    lines = [line for what, part in parts.items() for line in _as_far_as_it_goes(what, part)]
    if any(line.what == "what is kept" for line in lines):  # the catalog could not say what
        lines += _by_name(home)
    return Examination(well=all(line.mark != "problem" for line in lines), lines=_once(lines))


def _once(lines: list[Line]) -> tuple[Line, ...]:
    """Without the trouble that an earlier part met already."""
    met = [line.said if line.mark == "problem" else None for line in lines]
    return tuple(line for n, line in enumerate(lines) if not met[n] or met[n] not in met[:n])


def _as_far_as_it_goes(what: str, lines: Iterator[Line]) -> Iterator[Line]:
    """One part that cannot be looked at does not keep the others from it."""
    try:
        yield from lines
    except MllError as error:
        yield _trouble(what, error)


def _trouble(what: str, error: MllError) -> Line:
    return Line(what=what, said=f"{error} {error.hint}", mark="problem")


def _by_name(home: str | None) -> Iterator[Line]:
    """What can be said of files without a catalog: whether each is what its name says."""
    store = ObjectStore(folder_of(home))
    found = [path.stem for path in store.all() if path.suffix == ".parquet"]
    changed = [sha256[:8] for sha256 in found if not store.intact(sha256)]
    said = f"{len(found)} files intact by their names, whatever the catalog says of them"
    yield Line(what="data versions", said=said if not changed else f"{len(found)} looked at")
    for sha256 in changed:
        said = f"{sha256} is changed or torn: restore it from a copy"
        yield Line(what="data versions", said=said, mark="problem")


def _machine(workspace: Workspace) -> Iterator[Line]:
    yield Line(what="Python", said=f"{platform.python_version()} on {sys.platform}")
    for package in PACKAGES:
        yield Line(what=package, said=_version(package))
    yield Line(what="workspace", said=str(workspace.home))
    yield _room(workspace)
    if kind := disks.network(workspace.home):
        said = f"{kind}: predictions/ and mlflow/ need a local disk (MLFLOW_TRACKING_URI)"
        yield Line(what="network folder", said=said, mark="note")
    for port, name in PORTS.items():
        said = "free" if is_free(port) else f"taken: the {name} will use the next one"
        yield Line(what=f"port {port}", said=said, mark="ok" if said == "free" else "note")


def _safety() -> Iterator[Line]:
    from mll_core.infra import cage

    walls = cage.walls()
    yield Line(what="cages", said=walls, mark="ok" if "shut off: other files" in walls else "note")
    try:
        signing_key()
        yield Line(what="signing key", said="its owner's alone")
    except Untrusted as open_:
        yield Line(what="signing key", said=f"{open_} {open_.hint}", mark="problem")


def _room(workspace: Workspace) -> Line:
    room.forget()
    free = shutil.disk_usage(workspace.home).free
    if short := room.shortage(workspace.home, workspace.database):
        return Line(what="free disk", said=f"{short.message} {short.hint}", mark="problem")
    return Line(what="free disk", said=f"{free / GIGABYTE:.1f} GB")


def _catalog(workspace: Workspace) -> Iterator[Line]:
    broken, where = workspace.database.intact(), workspace.database.where
    said = f"{broken}. Restore it from a copy." if broken else f"{where}, intact"
    yield Line(what="catalog", said=said, mark="problem" if broken else "ok")
    yield from _event_log(workspace)
    live = [job for job in workspace.jobs.of(limit=200) if job.status.live]
    yield Line(what="jobs", said=f"{len(live)} in line or running")
    left = list(housekeeping.leftovers(workspace))
    said = f"{len(left)}, swept when the worker starts" if left else "none"
    yield Line(what="files left behind", said=said, mark="note" if left else "ok")


def _event_log(workspace: Workspace) -> Iterator[Line]:
    database = workspace.database
    head, linked = database.anchor.read(), events.first_unlinked(database) is None
    line = events.first_broken(database)
    if line is None:
        until = f", anchored at line {head.number}" if head else ""
        yield Line(what="event log", said=f"unbroken{until}")
    elif linked and head is None:
        said = f"{database.anchor.path} is missing or not signed here"
        said = f"{said}: lines from {line} on may be gone. {_ACCEPTING}"
        yield Line(what="event log", said=said, mark="problem")
    else:
        said = f"changed, cut or written anew at line {line}"
        yield Line(what="event log", said=said + f". {_ACCEPTING}" * linked, mark="problem")
    for told in events.read(database, None, 9, kind=events.ACCEPTED):
        said = f"{told.actor} went on at line {told.number}: lines before it may be gone"
        yield Line(what="event log", said=f"{said}. {told.detail['reason']}", mark="note")


def _kept(kinds: Iterable[integrity.Checked], quick: bool) -> Iterator[Line]:
    for kind in kinds:
        said = f"{kind.looked:,} {'there' if quick else 'intact'}"
        yield from (Line(what=kind.what, said=fault, mark="problem") for fault in kind.faults)
        if not kind.faults:
            yield Line(what=kind.what, said=said)


def _erasures(workspace: Workspace) -> Iterator[Line]:
    waiting = erasures.unfinished(workspace.database)
    if waiting:
        said = f"begun and not finished in {', '.join(waiting)}: mll doctor --sweep finishes it"
        yield Line(what="erasures", said=said, mark="problem")
    for summary in workspace.projects():
        champion = workspace.project(summary.slug).champion()
        if champion is not None and champion.erased:
            said = (
                f"{summary.slug}: version {champion.number} answers and learned from somebody "
                "who was erased since: retrain it"
            )
            yield Line(what="erasures", said=said, mark="note")


def _retention(workspace: Workspace) -> Iterator[Line]:
    for summary in workspace.projects():
        document = workspace.project(summary.slug).document
        requests, data = document.deploy.retention_days, document.data.retention_days
        said = f"{summary.slug}: requests {requests} days, data no result stands on {data} days"
        yield Line(what="kept", said=said)
    found = retention.due(workspace)
    counts = [f"{n} {name.replace('_', ' ')}" for name, n in found.to_json().items() if n]
    said = f"{', '.join(counts)}: dropped by the next sweep" if counts else "nothing"
    yield Line(what="past its time", said=said, mark="note" if counts else "ok")


def _optional() -> Iterator[Line]:
    for module, command in OPTIONAL.items():
        present = find_spec(module) is not None
        said = "present" if present else f"not installed. {command}"
        yield Line(what=module, said=said, mark="ok" if present else "note")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
