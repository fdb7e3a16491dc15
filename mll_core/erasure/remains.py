"""What is destroyed once the catalog names nothing of it: old files, logs, mirrors, caches."""

import json
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from mll_core.domain.subject import Erased, Order
from mll_core.erasure.desk import Desk
from mll_core.erasure.sources import KEPT
from mll_core.infra import files, sealed, sqlite_cells, subject_log, warehouse
from mll_core.infra.scrub import Scrubber

LOG = logging.getLogger("mll.erasure")
_SHA256 = 64
_HANDLED = ("objects", "models", "mlflow", "predictions", "locks", "tmp", "sealed", "work", *KEPT)
_OF_ONE = (2, 16)
"""Letters in the name of a folder made for one file: of an object, of an upload."""
_LARGEST = 200 * 2**20


def destroy(desk: Desk, order: Order, tombstone: Erased) -> Erased:
    """Destroy and overwrite; the tombstone with what was found. Doing it twice is once."""
    for name in order.doomed:
        _remove(desk.home / name)
        files.crash_point("erasure.removed")
    sealed.forget(desk.home)
    shutil.rmtree(desk.home / "work", ignore_errors=True)
    scrubber = Scrubber(order.marks, order.moved)
    theirs = subject_log.is_subject(order.subject, scrubber.names)
    requests = sum(subject_log.destroy(folder, theirs) for folder in desk.logs())
    files.crash_point("erasure.requests")
    _mlflow(desk, scrubber)
    files.crash_point("erasure.mirror")
    for path in _texts(desk):
        _rewrite(path, scrubber)
    for path in sorted((desk.home / "tmp").rglob("*")):
        if path.is_file() and _names(path, scrubber):
            path.unlink(missing_ok=True)
    newest = desk.projects.newest(desk.slug)
    files.write_text(desk.projects.path(desk.slug), newest.text)
    return tombstone.counted(requests=max(tombstone.requests, requests))


def elsewhere(desk: Desk) -> Iterator[str]:
    """What else is out of reach, in sentences."""
    server = os.environ.get("MLFLOW_TRACKING_URI")
    if server:
        yield "MLflow runs elsewhere (MLFLOW_TRACKING_URI): its runs and artefacts are not touched."
    if desk.database.engine.dialect.name != "sqlite":
        yield "Freed pages of the PostgreSQL catalog are overwritten by its own vacuum, in time."


def _mlflow(desk: Desk, scrubber: Scrubber) -> None:
    """The mirror: tags and parameters, JSON artefacts, and its copies of models."""
    database = desk.home / "mlflow" / "mlflow.db"
    if database.exists():
        sqlite_cells.rewrite_runs(database, desk.slug, scrubber.text)
    for path in sorted((desk.home / "mlflow" / "artifacts" / desk.slug).rglob("*")):
        if path.is_file() and _of_model(path):
            _copy(desk, path, scrubber)
        elif path.is_file():
            _rewrite(path, scrubber)


def _of_model(path: Path) -> bool:
    """Whether it is named as the store names a model's file or its manifest."""
    return path.suffix in {".skops", ".json"} and len(path.stem) == _SHA256


def _copy(desk: Desk, path: Path, scrubber: Scrubber) -> None:
    """A copy of a model is the present one, or none."""
    kept = desk.models.file(scrubber.text(path.stem)).with_suffix(path.suffix)
    if kept.stem == path.stem and kept.exists():
        return
    if kept.exists():
        shutil.copyfile(kept, path.with_name(kept.name))
    _remove(path)


def _texts(desk: Desk) -> Iterator[Path]:
    """Files that are nobody else's: logs, documents, reports."""
    for path in sorted(desk.home.rglob("*")):
        inside = path.relative_to(desk.home)
        if not path.is_file() or inside.parts[0] in _HANDLED or inside.name.startswith("catalog"):
            continue
        if inside.parts[0] == "projects" and inside.parts[1] != desk.slug:
            continue
        yield path


def _rewrite(path: Path, scrubber: Scrubber) -> None:
    """Take the subject out of a text file; JSON stays JSON, a log keeps its place on the disk."""
    if path.stat().st_size > _LARGEST:
        LOG.warning("%s is too large to be looked through", path)
        return
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        return
    if path.parent.name == "logs":
        _overwrite(path, text, scrubber)
    elif path.suffix == ".json":
        plain = json.loads(text)
        if (new := scrubber.value(plain)) != plain:
            files.write_text(path, json.dumps(new, indent=2))
    elif (changed := scrubber.text(text)) != text:
        files.write_text(path, changed)


def _overwrite(path: Path, text: str, scrubber: Scrubber) -> None:
    """Blank the subject out in place: another process is appending to this very file."""
    spans = scrubber.spans(text)
    with path.open("r+b") as file:
        for start, end in spans:
            file.seek(len(text[:start].encode()))
            file.write(b"*" * len(text[start:end].encode()))
        file.flush()
        os.fsync(file.fileno())


def _names(path: Path, scrubber: Scrubber) -> bool:
    """Whether an abandoned file holds the subject; a table is read as one."""
    if path.suffix == ".parquet":
        try:
            rows = warehouse.arrow("FROM rows", path).to_pylist()
        except Exception:
            LOG.info("%s cannot be read: half-written", path, exc_info=True)
            return True
        return any(scrubber.names(str(value)) for row in rows for value in row.values())
    return scrubber.names(path.read_bytes().decode(errors="replace"))


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    if len(path.parent.name) in _OF_ONE and path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()
