"""Locks between processes, freed by the system when their holder dies."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mll_core.domain.errors import Conflict
from mll_core.infra import files

PAUSE = 0.1


@contextmanager
def held(path: Path, *, what: str, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock file ``path``; wait ``patience`` seconds for whoever has it.

    Raises Conflict when it is not free by then, with ``what`` is going on; NoRoom.
    """
    with files.disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    deadline = time.monotonic() + patience
    with file:
        while not _take(file.fileno()):
            if time.monotonic() >= deadline:
                raise Conflict(f"{what} is going on already.", hint="Wait until it is done.")
            time.sleep(PAUSE)
        try:
            yield
        finally:
            _free(file.fileno())


def is_held(path: Path) -> bool:
    """Whether some process holds the lock file ``path`` now."""
    if not path.exists():
        return False
    with path.open("a+b") as file:
        if not _take(file.fileno()):
            return True
        _free(file.fileno())
    return False


def _take(descriptor: int) -> bool:
    with suppress(BlockingIOError, PermissionError):
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _free(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)
