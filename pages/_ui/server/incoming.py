"""A file on its way from a request to the disk: counted, and kept whole or not at all."""

import asyncio
import os
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO

from starlette.requests import Request

from mll_core.domain.errors import NoRoom
from mll_core.infra import files

MOST = int(os.environ.get("MLL_LARGEST_UPLOAD_MB", "20480")) << 20
"""Bytes of one file at most."""
SPARE = 1 << 30
"""Bytes an upload leaves free on the disk."""


class Unwanted(Exception):
    """A file that is not taken: the HTTP status and a sentence."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


def upload_place(home: Path, name: str) -> Path:
    """A new path under the workspace's ``uploads`` whose name is a harmless form of ``name``.

    Raises NoRoom.
    """
    plain = re.sub(r"[^\w.\-]+", "_", Path(name.replace("\\", "/")).name).strip("._")[-100:]
    folder = home / "uploads" / secrets.token_hex(6)
    with files.disk_errors(home):
        folder.mkdir(parents=True)
    return folder / (plain or "upload.csv")


def room(home: Path) -> int:
    """Bytes that one file may have now."""
    return min(MOST, shutil.disk_usage(home).free - SPARE)


class Incoming:
    """One file. Whatever ends it early, ``drop`` leaves nothing of it."""

    def __init__(self, home: Path, request: Request) -> None:
        self._home = home
        self._room = shutil.disk_usage(home).free - SPARE
        self._place: Path | None = None
        self._file: IO[bytes] | None = None
        self.bytes = 0
        length = request.headers.get("content-length", "")
        self._check(int(length[:20]) if length.isascii() and length.isdigit() else 0)

    def begin(self, name: str) -> None:
        """Make its place. Raises Unwanted."""
        try:
            self._place = upload_place(self._home, name)
            self._file = self._part().open("wb")
        except (OSError, NoRoom) as error:
            raise Unwanted(507, "The file could not be written; nothing was kept.") from error

    def write(self, part: bytes) -> None:
        """The next bytes. Raises Unwanted."""
        self.bytes += len(part)
        self._check(self.bytes)
        assert self._file is not None
        try:
            self._file.write(part)
        except OSError as error:
            raise Unwanted(507, "The file could not be written; nothing was kept.") from error

    async def settle(self) -> Path:
        """It is whole: give it its name, durably; its path. Raises Unwanted."""
        assert self._place is not None
        assert self._file is not None
        try:
            self._file.close()
            await asyncio.to_thread(files.settle, self._part(), self._place)
        except (OSError, NoRoom) as error:
            raise Unwanted(507, "The file could not be written; nothing was kept.") from error
        return self._place

    def drop(self) -> None:
        """Leave nothing of it."""
        if self._file is not None:
            with suppress(OSError):  # what was still to be written has no room
                self._file.close()
        if self._place is not None and self._place.parent.exists():
            shutil.rmtree(self._place.parent)

    def _part(self) -> Path:
        assert self._place is not None
        return self._place.with_name(f"{self._place.name}.part")  # swept when this process dies

    def _check(self, size: int) -> None:
        if size > MOST:
            raise Unwanted(413, f"The file is larger than {MOST >> 20:,} MB.")
        if size > self._room:
            raise Unwanted(507, "The disk is too full for this file; nothing was kept.")
