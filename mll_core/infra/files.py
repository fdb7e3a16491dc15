"""Writing so that a crash leaves the old state or the new one: temporary, fsync, rename, fsync."""

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mll_core.domain.errors import NoRoom

BLOCK = 1 << 20
SPARE = 200 * BLOCK
"""Bytes that stay free on the disk."""


def crash_point(name: str) -> None:
    """Die here at once when a crash test asks for it: ``MLL_CRASH_AT=name:n`` on the n-th pass."""
    wanted, _, nth = os.environ.get("MLL_CRASH_AT", "").partition(":")
    if wanted != name:
        return
    passed = int(os.environ.get("MLL_CRASH_PASSED", "0")) + 1
    os.environ["MLL_CRASH_PASSED"] = str(passed)
    if passed >= int(nth or 1):
        os.kill(os.getpid(), 9)


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fsync(path: Path) -> None:
    """Flush a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(temporary: Path, final: Path) -> None:
    """Give a finished temporary file its name, durably. Raises NoRoom when the disk is full."""
    with disk_errors(final.parent):
        fsync(temporary)
        crash_point("before-rename")
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(final)
        crash_point("after-rename")
        fsync(final.parent)


def write_new(path: Path, text: str, *, mode: int) -> None:
    """Write a small text file unless somebody else was first; then theirs stays."""
    temporary = _temporary(path, text, mode)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def write_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a small text file whole or not at all."""
    settle(_temporary(path, text, mode), path)


def _temporary(path: Path, text: str, mode: int) -> Path:
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    return temporary


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Say a full or read-only disk in words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            hint = f"Free some space on the disk that holds {folder}, then try again."
            raise NoRoom("The disk is full; nothing was changed.", hint=hint) from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            hint = "Choose another folder with --home, or change its permissions."
            raise NoRoom(f"{folder} cannot be written to.", hint=hint) from error
        raise


def need_room(folder: Path, size: int) -> None:
    """Refuse work that would write ``size`` bytes and fill the disk. Raises NoRoom."""
    free = shutil.disk_usage(folder).free
    if free < size + SPARE:
        what = (
            f"{free // BLOCK:,} MB are free on the disk, about {(size + SPARE) // BLOCK:,} needed."
        )
        raise NoRoom(what, hint=f"Free some space on the disk that holds {folder}.")

