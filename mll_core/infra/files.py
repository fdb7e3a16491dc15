"""Writing so that a crash leaves the old state or the new one: temporary, fsync, rename, fsync."""

import errno
import hashlib
import os
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mll_core.domain.errors import NoRoom
from mll_core.infra import owners

BLOCK = 1 << 20
SPARE = 200 * BLOCK
"""Bytes that stay free on the disk."""


PASSED: Counter[str] = Counter()
"""How often this process came by each crash point; counted under test only."""


def crash_point(name: str) -> None:
    """Die here at once when a crash test asks for it: ``MLL_CRASH_AT=name:n`` on the n-th pass.

    Nothing happens, and nothing is counted, without ``MLL_TEST=1``.
    """
    if os.environ.get("MLL_TEST") != "1":
        return
    PASSED[name] += 1
    wanted, _, nth = os.environ.get("MLL_CRASH_AT", "").partition(":")
    if wanted == name and PASSED[name] >= int(nth or 1):
        os.kill(os.getpid(), 9)


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fsync(path: Path) -> None:
    """Flush a file or folder to the disk; Windows flushes folders itself."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(temporary: Path, final: Path) -> None:
    """Give a finished temporary file its name, durably. Raises NoRoom when the disk is full."""
    step = f"settle{final.suffix}"
    with disk_errors(final.parent):
        fsync(temporary)
        crash_point(f"{step}.synced")
        _make(final.parent)
        temporary.replace(final)
        crash_point(f"{step}.renamed")
        fsync(final.parent)
        crash_point(f"{step}.done")


def write_new(path: Path, text: str, *, mode: int) -> None:
    """Write a small text file unless somebody else was first; then theirs stays."""
    temporary = _temporary(path, text, mode)
    try:
        with disk_errors(path.parent):
            fsync(temporary)
            _name_if_free(temporary, path)
            crash_point("new.linked")
            fsync(path.parent)
    except FileExistsError:
        pass
    finally:
        temporary.unlink(missing_ok=True)


def _name_if_free(temporary: Path, path: Path, *, links: bool = True) -> None:
    """Give a finished file its name unless that is taken. Raises FileExistsError.

    A disk without hard links (FAT, some shares) gives no way to do both at once: there the name is
    looked at first, and of two that come in the same moment the later one stays.
    """
    try:
        if links:
            os.link(temporary, path)
            return
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
            raise
    if path.exists():
        raise FileExistsError(path)
    temporary.replace(path)


def write_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a small text file whole or not at all."""
    temporary = _temporary(path, text, mode)
    try:
        settle(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def copy(source: IO[bytes], path: Path) -> None:
    """Write what ``source`` holds, whole or not at all. Raises NoRoom."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        with disk_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("xb") as file:
                shutil.copyfileobj(source, file, BLOCK)
        settle(part, path)
    finally:
        part.unlink(missing_ok=True)


def _make(folder: Path) -> None:
    """Make a folder whose name survives a power cut too."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        fsync(folder.parent)


def _temporary(path: Path, text: str, mode: int) -> Path:
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
    crash_point(f"text{path.suffix}.written")
    return temporary


@contextmanager
def temporary_folder(home: Path, otherwise: Path | None = None) -> Iterator[Path]:
    """A folder under ``tmp`` of a workspace, gone at the end; ``otherwise``: in there.

    What killed processes left there goes first.
    That is for work whose answer goes to another disk while the workspace's cannot be written to.
    Raises NoRoom.
    """
    try:
        if otherwise is not None:
            need_room(home, 0)
        with disk_errors(home):
            _make(home / "tmp")
            owners.clear(home / "tmp")
            folder = tempfile.TemporaryDirectory(
                prefix=owners.mark(), dir=home / "tmp", ignore_cleanup_errors=True
            )
    except NoRoom:
        if otherwise is None:
            raise
        with disk_errors(otherwise):
            folder = tempfile.TemporaryDirectory(
                prefix=".mll-", dir=otherwise, ignore_cleanup_errors=True
            )
    with folder as name:
        yield Path(name)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Say a full, read-only or faulty disk in words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            hint = f"Free some space on the disk that holds {folder}, then try again."
            raise NoRoom("The disk is full; nothing was changed.", hint=hint) from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            hint = "Choose another folder with --home, or change its permissions."
            raise NoRoom(f"{folder} cannot be written to.", hint=hint) from error
        if error.errno == errno.EIO:
            hint = "Look at the system's log; save what is there to another disk first."
            raise NoRoom(f"The disk that holds {folder} reports a fault.", hint=hint) from error
        raise


def need_room(folder: Path, size: int) -> None:
    """Refuse work that would write ``size`` bytes and fill the disk. Raises NoRoom."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    if free < size + SPARE:
        what = (
            f"{free // BLOCK:,} MB are free on the disk, about {(size + SPARE) // BLOCK:,} needed."
        )
        raise NoRoom(what, hint=f"Free some space on the disk that holds {folder}.")
