"""Uploaded files: those in the workspace are replaced, those elsewhere are told of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mll_core import intake
from mll_core.domain.connector import ReadOptions
from mll_core.domain.errors import MllError
from mll_core.domain.identity import Actor
from mll_core.erasure.desk import Desk
from mll_core.infra import subject_rows
from mll_core.infra.objects import ObjectStore
from mll_core.infra.reach import Reach

LOOKING = Actor(name="erasure")
"""Who may name them was asked when they were named; it is the machine that looks again."""
_MOST = 50
"""Files elsewhere that are looked into."""
KEPT = ("uploads", "additions")
OWN = ("objects", "models", "mlflow", "predictions", "sealed", "tmp", "work", "logs", "locks")


@dataclass(frozen=True)
class Sources:
    """``inside``: files of the workspace with the subject, each as (Parquet, condition).

    ``outside``: sentences about files elsewhere.
    """

    inside: Mapping[Path, tuple[Path, str]]
    outside: tuple[str, ...]


def readable(desk: Desk, scratch: ObjectStore) -> dict[Path, Path]:
    """Files that may have been a source of this project, each as Parquet in ``scratch``."""
    types, reach = {}, Reach(LOOKING, desk.bench.home)
    options = desk.bench.document.data.options
    for path in _candidates(desk):
        for how in dict.fromkeys([options.model_dump_json(), ReadOptions().model_dump_json()]):
            try:
                read = intake.read(reach, str(path), ReadOptions.model_validate_json(how), scratch)
            except MllError:  # no table: looked through as text at the end
                continue
            types[path] = scratch.path(read.sha256)
            break
    return types


def found(desk: Desk, files: Mapping[Path, Path], conditions: Mapping[Path, str]) -> Sources:
    """Which of the files hold the subject."""
    inside: dict[Path, tuple[Path, str]] = {}
    outside = []
    for path, parquet in files.items():
        rows = subject_rows.count(parquet, conditions[parquet]) if parquet in conditions else 0
        if not rows:
            continue
        if _is_inside(desk, path):
            inside[path] = (parquet, conditions[parquet])
        else:
            outside.append(
                f"{path} still holds {rows:,} such row{'s' * (rows != 1)}: it is not in the "
                "workspace. Delete them there; when it is read again they are left out."
            )
    return Sources(inside, tuple(outside))


def rewrite(desk: Desk, sources: Sources) -> dict[str, str]:
    """A Parquet file without the subject for each file with; (old path, new path)."""
    additions = ObjectStore(desk.home / "additions")
    moved = {}
    for path, (parquet, condition) in sources.inside.items():
        temporary = additions.new()
        subject_rows.without(parquet, condition, temporary)
        moved[str(path)] = str(additions.path(additions.keep(temporary)))
    return moved


def _candidates(desk: Desk) -> Iterator[Path]:
    mine, theirs = desk.texts
    for folder in KEPT:
        for path in sorted((desk.home / folder).rglob("*")):
            if path.is_file() and (str(path) in mine or str(path) not in theirs):
                yield path
    named = [Path(text) for text in sorted(mine) if len(text) < 4096 and Path(text).is_absolute()]  # noqa: PLR2004
    files = [path for path in named if path.is_file() and not _is_own(desk, path)]
    yield from (path for path in files[:_MOST] if not _under(desk, path, KEPT))


def _is_inside(desk: Desk, path: Path) -> bool:
    return path.is_relative_to(desk.home)


def _is_own(desk: Desk, path: Path) -> bool:
    """Whether the workbench itself wrote a file: never a source."""
    catalog = path.parent == desk.home and path.name.startswith("catalog")
    return catalog or _under(desk, path, OWN)


def _under(desk: Desk, path: Path, folders: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(desk.home / folder) for folder in folders)
