"""Whether there is room to write; asked by whoever shows it, and before work begins."""

import os
import shutil
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from mll_core.domain.errors import MllError, NoRoom
from mll_core.infra import files
from mll_core.infra.database import Database

FRESH = 3.0
"""Seconds for which an answer is believed."""
PROBE = 64 << 10
"""Bytes that are written to see whether one can."""
LOOK = "you can look at everything, nothing can be changed"
_LOCK = threading.Lock()
_KNOWN: dict[Path, tuple[float, "Shortage | None"]] = {}


@dataclass(frozen=True)
class Shortage:
    """Why something cannot be written: in words, and what to do.

    ``everything`` says that nothing at all can be changed, not only that long work is refused.
    """

    message: str
    hint: str
    everything: bool = True

    @property
    def why(self) -> str:
        """The message without what can still be done, and without its full stop."""
        return self.message.partition(f": {LOOK}")[0].rstrip(".")


def shortage(home: Path, database: Database) -> Shortage | None:
    """What keeps a workspace from being changed now; None when there is room.

    Cheap: looked at every three seconds at most. It goes away by itself.
    """
    with _LOCK:
        looked, found = _KNOWN.get(home, (float("-inf"), None))
        if time.monotonic() - looked > FRESH:
            found = _of_folder(home) or _of_catalog(database)
            _KNOWN[home] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Look again at the next question."""
    _KNOWN.clear()


def need(home: Path, *sources: str, size: int = 0) -> None:
    """Refuse work that writes about twice what it reads, when that would fill the disk.

    ``sources`` that are files count with their size; ``size`` is of what else is read, in bytes.
    Raises NoRoom.
    """
    files.need_room(home, 2 * (size + sum(map(_size, sources))))


def _size(source: str) -> int:
    try:
        path = Path(source).expanduser()
        return path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError):  # an address that is no path
        return 0


def _of_folder(home: Path) -> Shortage | None:
    left = shutil.disk_usage(home).free
    free = f"{left // files.BLOCK:,} MB are free on the disk of {home}."
    free = free if left < files.SPARE else ""
    try:
        with files.disk_errors(home):
            _try_to_write(home)
    except NoRoom as refused:
        if "full" in str(refused):
            what = f"The disk is full: {LOOK} until there is room. {free or 'A quota is used up.'}"
            hint = "Free some space there; mll doctor --sweep deletes what nobody needs."
            return Shortage(what, f"{hint} This notice goes away by itself.")
        return Shortage(f"{str(refused).rstrip('.')}: {LOOK}.", refused.hint)
    if left < files.SPARE:
        needed = f"{files.SPARE // files.BLOCK:,} MB"
        what = f"The disk is nearly full: work and uploads are refused below {needed}. {free}"
        return Shortage(what, "Free some space there; small changes are kept.", everything=False)
    return None


def _try_to_write(home: Path) -> None:
    probe = home / f".room.{uuid.uuid4().hex}"  # swept like all that was half written
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, bytes(PROBE))
        finally:
            os.close(descriptor)
    finally:
        probe.unlink(missing_ok=True)


def _of_catalog(database: Database) -> Shortage | None:
    try:
        closed = database.closed()
    except MllError as error:
        return Shortage(str(error), error.hint)
    what = f"The catalog can only be read: {LOOK}."
    return Shortage(what, "Name the server that is written to.") if closed else None
