"""The SQL console: questions about one project's tables, answered in a cage, read-only.

The engine's own locks are the first wall and are not trusted alone: the cage is the second. The
process that answers knows one file, by descriptor; it may open nothing to write and ends at its
deadline whatever it is doing. Each question has a process of its own.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mll_core.domain.errors import InvalidParameter, MllError, NoRoom, UnfitQuestion
from mll_core.domain.question import AskedTable, QueryResult
from mll_core.infra import cage, files

SECONDS = 30.0
PAGE = 1_000
"""Rows shown at once."""
MOST_ROWS, MOST_BYTES = 1_000_000, 512 << 20
"""What a download may hold."""
MEMORY = 2 * cage.GIGABYTE
"""Bytes of address space, of which the engine may fill a quarter."""
LONGEST = 100_000
"""Letters of a question."""
_BACKSTOP = 0.25
_INSIDE = "mll_core.infra.asked"


def ask(
    sealed: Path, sql: str, *, asker: str, limit: int = PAGE, seconds: float = SECONDS
) -> QueryResult:
    """The first ``limit`` rows of the answer. Raises UnfitQuestion, NoRoom."""
    values = {"sql": _fit(sql), "limit": min(max(limit, 1), PAGE), "seconds": seconds}
    return QueryResult(**_run("answer", sealed, values, asker))


def tables(sealed: Path, *, asker: str) -> tuple[AskedTable, ...]:
    """The tables that can be asked. Raises NoRoom."""
    found = _run("tables", sealed, {"seconds": SECONDS}, asker)
    return tuple(AskedTable(**table) for table in found)


def download(sealed: Path, sql: str, out: Path, *, asker: str, seconds: float = SECONDS) -> int:
    """Write the answer to ``out`` (.csv or .parquet), whole or not at all; how many rows.

    CSV text that a spreadsheet would run gets a leading apostrophe. More rows than MOST_ROWS, or
    more bytes than MOST_BYTES, are refused. Raises UnfitQuestion, InvalidParameter, NoRoom.
    """
    if out.suffix not in (".csv", ".parquet"):
        what = f"{out.name} is neither a .csv nor a .parquet file."
        raise InvalidParameter(what, hint="Name one of these endings.")
    temporary = sealed.parent.parent / "tmp" / f"{uuid.uuid4().hex}{out.suffix}"
    values = {"csv": out.suffix == ".csv", "limit": MOST_ROWS + 1, "seconds": seconds}
    try:
        rows = _run("write", sealed, {"sql": _fit(sql), **values}, asker, temporary)
        if rows > MOST_ROWS:
            what = f"The answer has more than {MOST_ROWS:,} rows."
            raise UnfitQuestion(what, hint="Ask for fewer rows, or summarise first.")
        _deliver(temporary, out)
    finally:
        temporary.unlink(missing_ok=True)
    return int(rows)


def _deliver(temporary: Path, out: Path) -> None:
    """Give the finished file its name, also on another disk."""
    if not out.parent.is_dir():
        raise InvalidParameter(f"There is no folder {out.parent}.", hint="Make it first.")
    beside = out.with_name(f".{out.name}.{uuid.uuid4().hex}")
    with files.disk_errors(out.parent):
        try:
            shutil.copyfile(temporary, beside)
            files.settle(beside, out)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def _named_away(sealed: Path) -> Iterator[Path | None]:
    """A second name for the file, which its reader takes away: no path tells where it is."""
    link = sealed.parent.parent / "tmp" / f"{uuid.uuid4().hex}.duckdb"
    try:
        os.link(sealed, link)
    except OSError:  # a disk without hard links
        yield None
        return
    try:
        yield link
    finally:
        link.unlink(missing_ok=True)


def _fit(sql: str) -> str:
    if len(sql) > LONGEST:
        what = f"The question has {len(sql):,} letters; {LONGEST:,} are the most."
        raise UnfitQuestion(what, hint="Ask for less at once.")
    if any("\ud800" <= letter <= "\udfff" for letter in sql):
        what = "The question has letters that are none."
        raise UnfitQuestion(what, hint="Type it anew instead of pasting it.")
    return sql


def _run(
    call: str, sealed: Path, values: dict[str, Any], asker: str, into: Path | None = None
) -> Any:
    seconds = float(values["seconds"])
    limits = cage.Limits(MEMORY, seconds + _BACKSTOP, MOST_BYTES)
    with _named_away(sealed) as link:
        task = cage.Task(
            call=f"{_INSIDE}:{call}",
            values={"question": {**values, "file": "" if link else str(sealed)}},
            readable=(sealed,),
            unnamed=link,
            into=into,
            writes=False,
            asker=asker,
            warm=(_INSIDE,),
        )
        try:
            return cage.run(task, limits)
        except cage.Broken as broken:
            raise _refusal(broken.why, seconds) from broken


def _refusal(why: str, seconds: float) -> MllError:
    match why:
        case "time":
            what = f"The question took longer than {seconds:g} seconds and was stopped."
            return UnfitQuestion(what, hint="Ask for fewer rows, or summarise first.")
        case "memory":
            what = "The question needs more memory than one may take."
            return NoRoom(what, hint="Ask for fewer rows or columns, or summarise first.")
    what = "The question ended the process that should answer it; nothing else was harmed."
    return UnfitQuestion(what, hint="Ask it in another way; the log has more.")
