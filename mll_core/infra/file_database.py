"""SQLite and DuckDB files, opened read-only in a cage: a file may lie about what is in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mll_core.domain.connector import Progress
from mll_core.domain.errors import MllError, NoRoom, UnreadableSource
from mll_core.infra import cage, text_bytes
from mll_core.infra.files import SPARE

_MAGIC = {"sqlite": (0, b"SQLite format 3\0"), "duckdb": (8, b"DUCK")}
_LEFT_OPEN = {"sqlite": ("-wal", "-journal"), "duckdb": (".wal",)}
_SECONDS = 3600.0


def read(kind: str, path: Path, statement: str, parquet: Path, progress: Progress) -> str:
    """Write the rows of ``statement`` to ``parquet``; what was read, in words.

    Raises UnreadableSource, NoRoom, Stopped.
    """
    _refuse_other(kind, path)
    memory = cage.memory()
    task = cage.Task(
        call=f"mll_core.infra.{kind}_file:inside",
        values={
            "path": str(path.absolute()),
            "statement": statement,
            "parquet": str(parquet.absolute()),
            "memory": memory // 2,
        },
        readable=(path,),
        writable=(parquet.parent,),
    )
    written = max(SPARE, shutil.disk_usage(parquet.parent).free - SPARE)
    try:
        return str(cage.run(task, cage.Limits(memory, _SECONDS, written), progress))
    except cage.Broken as broken:
        raise _refusal(path, broken.why) from broken


@contextmanager
def told(path: str, error: type[Exception]) -> Iterator[None]:
    """Turn an engine's words into ours."""
    try:
        yield
    except error as fault:
        said = str(fault).split("\n", 1)[0][:300]
        hint = "Check the names of the table and its columns."
        raise UnreadableSource(f"{Path(path).name!r} says: {said}", hint=hint) from fault


def _refuse_other(kind: str, path: Path) -> None:
    text_bytes.refuse_absent(path)
    place, magic = _MAGIC[kind]
    with path.open("rb") as file:
        start = file.read(place + len(magic))
    if not start.endswith(magic):
        hint = "Check the path."
        raise UnreadableSource(f"{path.name!r} is no {kind} database.", hint=hint)
    for ending in _LEFT_OPEN[kind]:
        beside = path.with_name(path.name + ending)
        if beside.exists() and beside.stat().st_size:
            what = f"{path.name!r} is being written to, or was not closed."
            raise UnreadableSource(what, hint="Close the program that has it open, then try again.")


def _refusal(path: Path, why: str) -> MllError:
    if why == "memory":
        what = f"{path.name!r} needs more memory than reading may take."
        return NoRoom(what, hint="Ask for fewer rows or columns.")
    if why == "time":
        hint = "Ask for fewer rows, or make the query simpler."
        return UnreadableSource(f"{path.name!r} was not read within an hour.", hint=hint)
    what = f"{path.name!r} cannot be read: it is damaged, or crashed its reader."
    return UnreadableSource(what, hint="Write the table anew with the program it came from.")
