"""Whether all that is stored still is what it says: each file by its hash, each row by what it
points at. Every fault is one line: what is lost, and what to do.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import MllError
from mll_core.domain.identity import Permission
from mll_core.domain.value import Value
from mll_core.infra import vouched, warehouse
from mll_core.infra.guard import needs
from mll_core.infra.objects import ObjectStore
from mll_core.infra.tables import ALIASES, APPROVALS, ARTEFACTS, DOCUMENTS, JOBS, MODELS, PROJECTS
from mll_core.workspace import Workspace

VERSION = {"sha256", "rows", "columns"}
"""The fields by which a data version is known inside a result."""
AGAIN = "Collect the data and run the project again, or restore it from a copy."
RETRAIN = "Train again, or restore the workspace from a copy."
RESTORE = "Restore the catalog from a copy."
WORDS = {
    "documents": "document version",
    "artefacts": "result",
    "models": "model version",
    "approvals": "approval",
    "aliases": "promotion",
}
"""What the rows of a table are to people."""


class Checked(Value):
    """One kind of thing: how many were looked at, and a line for each fault."""

    what: str
    looked: int
    faults: tuple[str, ...] = ()


@needs(Permission.ADMINISTER)
def check(
    workspace: Workspace, *, quick: bool = False, progress: Progress = quiet
) -> Iterator[Checked]:
    """Look at everything, one kind after the other; changes nothing.

    ``quick``: files are not read, only that they are there in their size. Raises Forbidden.
    """
    kinds: tuple[Callable[[Workspace, bool, Progress], Checked], ...]
    kinds = (_data, _additions, _models, _documents, _rows, _vouched, _requests, _sealed)
    for number, kind in enumerate(kinds):

        def tell(share: float, message: str, number: int = number) -> None:
            progress((number + share) / len(kinds), message)

        yield kind(workspace, quick, tell)


def _each(files: Iterable[Path], what: str, progress: Progress) -> Iterator[Path]:
    found = sorted(files)
    for number, path in enumerate(found):
        progress(number / len(found), f"{what} {number + 1:,} of {len(found):,}")
        yield path


def _data(workspace: Workspace, quick: bool, progress: Progress) -> Checked:
    """The data versions: those that are named are there, and what is there is unchanged."""
    store, named = workspace.objects, _named(workspace)
    faults: dict[str, str] = {}
    for sha256, (where, size) in named.items():
        try:
            there = store.path(sha256).stat().st_size
        except MllError:
            faults[sha256] = f"{sha256[:8]} ({where}) is missing, its rows are lost. {AGAIN}"
            continue
        if size and there != size:
            said = f"has {there:,} bytes instead of {size:,}"
            faults[sha256] = f"{sha256[:8]} ({where}) {said}, its rows are lost. {AGAIN}"
    looked = 0
    for path in _each(store.all(), "Data version", progress):
        looked += 1
        if not quick and path.stem not in faults and not store.intact(path.stem, path.suffix):
            known = named.get(path.stem, ("named by nothing", 0))[0]
            faults[path.stem] = f"{path.stem[:8]} ({known}) was changed: delete {path}. {AGAIN}"
    return Checked(what="data versions", looked=looked, faults=tuple(faults.values()))


def _named(workspace: Workspace) -> dict[str, tuple[str, int]]:
    """By sha256: the project and stage a data version is of, and its bytes (0: not known)."""
    found: dict[str, tuple[str, int]] = {}
    query = sql.select(ARTEFACTS.c.project, ARTEFACTS.c.stage, ARTEFACTS.c.value)
    for row in workspace.database.rows(query):
        for sha256, size in _versions(row["value"]):
            found[sha256] = (f"{row['project']}, {row['stage']}", size)
    return found


def _versions(value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, list):
        for entry in value:
            yield from _versions(entry)
    if isinstance(value, dict) and not value.get("withdrawn"):  # that was destroyed on purpose
        if value.keys() >= VERSION:
            yield value["sha256"], int(value.get("bytes") or 0)
            return
        if isinstance(value.get("out_of_fold"), str):
            yield value["out_of_fold"], 0
        for entry in value.values():
            yield from _versions(entry)


def _additions(workspace: Workspace, quick: bool, progress: Progress) -> Checked:
    """The rows that retraining added: files a document names as its additions."""
    store, faults, looked = ObjectStore(workspace.home / "additions"), [], 0
    for summary in workspace.projects():
        for source in workspace.project(summary.slug).document.data.additions:
            path = Path(source)
            ours = path.is_relative_to(workspace.home / "additions")
            if ours and not path.exists():
                lost = f"{path.stem[:8]} ({summary.slug}) is missing, the added rows are lost."
                faults.append(f"{lost} Restore {path} from a copy, or take it off data.additions.")
    for path in _each(store.all(), "Added rows", progress):
        looked += 1
        if not quick and not store.intact(path.stem, path.suffix):
            faults.append(f"{path.stem[:8]} was changed. Restore {path} from a copy.")
    return Checked(what="added rows", looked=looked, faults=tuple(faults))


def _models(workspace: Workspace, quick: bool, progress: Progress) -> Checked:
    """Each model file against its signed manifest, and each version's model."""
    store, faults, looked = workspace.models, {}, 0
    versions = workspace.database.rows(sql.select(MODELS))
    owners = {
        row["value"]["sha256"]: f"{row['project']} version {row['number']}"
        for row in versions
        if not row["value"].get("withdrawn")  # destroyed on purpose
    }
    for sha256, owner in owners.items():
        if not store.file(sha256).exists():
            faults[sha256] = f"{sha256[:8]} ({owner}) is missing, it cannot answer. {RETRAIN}"
    for path in _each(workspace.home.glob("models/*.skops"), "Model", progress):
        looked += 1
        if quick and path.stat().st_size and path.with_suffix(".json").exists():
            continue
        try:
            store.verified(path.stem)
        except MllError as error:
            owner = owners.get(path.stem, "no version")
            faults[path.stem] = f"{path.stem[:8]} ({owner}): {error} {error.hint}"
    return Checked(what="models", looked=looked, faults=tuple(faults.values()))


def _documents(workspace: Workspace, _: bool, progress: Progress) -> Checked:
    """Each project.yaml: a person may edit it, so it must be read. The versions are beside it."""
    progress(0.0, "Documents")
    faults, looked, known = [], 0, workspace.rooms.projects
    for summary in workspace.projects():
        path = known.path(summary.slug)
        looked += 1
        back = "delete it: every version is kept, and the next edit writes the newest anew."
        try:
            known.parse(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            faults.append(f"{path} is missing: the next edit writes it anew, nothing is lost.")
        except UnicodeDecodeError:
            faults.append(f"{path} is no text: {back}")
        except MllError as error:
            faults.append(f"{path}: {error} Mend it, or {back}")
    return Checked(what="documents", looked=looked, faults=tuple(faults))


def _rows(workspace: Workspace, _: bool, progress: Progress) -> Checked:
    """Rows of the catalog that point at other rows."""
    progress(0.0, "Rows of the catalog")
    rows = workspace.database.rows
    projects = {row["slug"] for row in rows(sql.select(PROJECTS.c.slug))}
    documents: dict[str, list[int]] = {}
    for row in rows(sql.select(DOCUMENTS.c.project, DOCUMENTS.c.version)):
        documents.setdefault(row["project"], []).append(row["version"])
    models = {(r["project"], r["number"]) for r in rows(sql.select(MODELS))}
    faults = [f"The project {slug} has no document. {RESTORE}" for slug in projects - {*documents}]
    for slug, versions in documents.items():
        if sorted(versions) != list(range(1, len(versions) + 1)):
            faults.append(f"Versions of the document of {slug} are missing. {RESTORE}")
    for table, word in ((ALIASES, "champion"), (APPROVALS, "approval")):
        for row in rows(sql.select(table.c.project, table.c.number)):
            if (row["project"], row["number"]) not in models:
                what = f"The {word} of {row['project']} names version {row['number']}"
                faults.append(f"{what}, which is not there. {RESTORE}")
    columns = (ARTEFACTS.c.project, ARTEFACTS.c.stage, ARTEFACTS.c.document_version)
    artefacts = rows(sql.select(*columns))
    for row in artefacts:
        if row["document_version"] not in documents.get(row["project"], ()):
            what = f"A result of {row['project']} ({row['stage']}) is of the document version"
            faults.append(f"{what} {row['document_version']}, which is not there. {RESTORE}")
    owned = (*rows(sql.select(JOBS.c.project)), *rows(sql.select(MODELS.c.project)))
    strangers = {row["project"] for row in owned if row["project"]} - projects
    faults += [f"Rows name the project {slug}, which is not there. {RESTORE}" for slug in strangers]
    looked = len(models) + len(artefacts) + sum(map(len, documents.values()))
    return Checked(what="rows of the catalog", looked=looked, faults=tuple(dict.fromkeys(faults)))


def _vouched(workspace: Workspace, quick: bool, progress: Progress) -> Checked:
    """Rows of the catalog that the workbench did not write, or that it wrote otherwise."""
    progress(0.0, "What the event log says of the catalog")
    if quick:  # it would read every result
        return Checked(what="rows as written", looked=0)
    looked, astray = vouched.compare(workspace.database)
    several: dict[tuple[str | None, str], int] = {}
    for row in astray:
        kind = row.project, WORDS[row.table]
        several[kind] = several.get(kind, 0) + 1
    faults = [_astray(count, *kind) for kind, count in several.items()]
    return Checked(what="rows as written", looked=looked, faults=tuple(faults))


def _astray(count: int, project: str | None, word: str) -> str:
    if project is None:
        them = (
            f"1 {word} that the event log tells of is"
            if count == 1
            else (f"{count} {word}s that the event log tells of are")
        )
        lost = f"{them} not in the catalog."
        return f"{lost} {RESTORE}"
    them = f"1 {word} of {project} is" if count == 1 else f"{count} {word}s of {project} are"
    said = f"{them} not as the workbench wrote {'it' if count == 1 else 'them'}"
    return f"{said}: somebody changed the catalog itself. Do not believe what it says. {RESTORE}"


def _requests(workspace: Workspace, quick: bool, progress: Progress) -> Checked:
    """The scored requests, a file for each day."""
    faults, looked = [], 0
    how = "quick_check" if quick else "integrity_check"
    for path in _each(workspace.home.glob("predictions/*/*.db"), "Day of requests", progress):
        looked += 1
        try:
            address = f"{path.resolve().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as day:
                said = str(day.execute(f"PRAGMA {how}").fetchone()[0])
        except sqlite3.DatabaseError as error:
            said = str(error)
        if said != "ok":
            what = f"The requests of {path.stem} at {path.parent.name} are damaged"
            faults.append(f"{what} ({said.splitlines()[0]}). Restore {path} or delete it.")
    return Checked(what="days of requests", looked=looked, faults=tuple(faults))


def _sealed(workspace: Workspace, quick: bool, progress: Progress) -> Checked:
    """Files made to be looked at: whatever is wrong with one, it is made again."""
    faults, looked = [], 0
    for path in _each(workspace.home.glob("sealed/*"), "Sealed file", progress):
        looked += 1
        if not warehouse.is_whole(path, read=not quick):
            faults.append(f"{path.name[:8]} is damaged, nothing is lost: delete {path}.")
    return Checked(what="sealed files", looked=looked, faults=tuple(faults))
