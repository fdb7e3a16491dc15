"""Immutable files named by their content."""

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from mll_core.domain.errors import NotFound
from mll_core.infra import files, owners

ORPHAN_AGE = 3600.0
"""Seconds after which an uncommitted temporary file is nobody's."""
FOLDER_AGE = 24 * 3600.0
"""The same for a folder, in which long work may lie untouched."""


class ObjectStore:
    """``objects/ab/<sha256>.parquet`` under a workspace; written once, never changed."""

    def __init__(self, home: Path) -> None:
        self._objects = home / "objects"
        self._tmp = home / "tmp"

    @property
    def home(self) -> Path:
        """The folder that holds the objects and what is not one yet."""
        return self._tmp.parent

    def new(self, suffix: str = ".parquet") -> Path:
        """A fresh path to write to, on the same disk as the objects. Raises NoRoom."""
        with files.disk_errors(self._tmp):
            self._tmp.mkdir(parents=True, exist_ok=True)
        return self._tmp / f"{uuid.uuid4().hex}{suffix}"

    def keep(self, temporary: Path) -> str:
        """Store a finished file and give back its sha256; storing the same bytes twice is one."""
        with files.disk_errors(self._tmp):
            sha256 = files.sha256_of(temporary)
            files.crash_point("object.hashed")
            final = self._place(sha256, temporary.suffix)
            if final.exists():
                os.utime(final)  # young again, so that no sweep takes it before it is named
                files.crash_point("object.known")
                temporary.unlink()
            else:
                temporary.chmod(0o444)
                files.settle(temporary, final)
        return sha256

    def path(self, sha256: str, suffix: str = ".parquet") -> Path:
        """Where an object is. Raises NotFound."""
        place = self._place(sha256, suffix)
        if not place.exists():
            hint = "Collect the data again; mll doctor lists what is missing."
            raise NotFound(f"The data version {sha256[:8]} is not in the workspace.", hint=hint)
        return place

    def intact(self, sha256: str, suffix: str = ".parquet") -> bool:
        """Whether the object is there and still is what its name says."""
        place = self._place(sha256, suffix)
        return place.exists() and files.sha256_of(place) == sha256

    def left_behind(self) -> list[Path]:
        """Temporary files that no living writer can own; folders when all in them is a day old, or
        when the process that made them is gone."""
        found = self._tmp.iterdir() if self._tmp.is_dir() else ()
        ages = {True: FOLDER_AGE, False: ORPHAN_AGE}
        return [p for p in found if owners.is_dead(p.name) or _age(p) > ages[p.is_dir()]]

    def sweep(self) -> int:
        """Delete temporary files that no living writer can own; how many."""
        old = self.left_behind()
        for path in old:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        return len(old)

    def all(self) -> Iterator[Path]:
        """Every object."""
        return (path for path in self._objects.glob("??/*") if path.is_file())

    def _place(self, sha256: str, suffix: str) -> Path:
        return self._objects / sha256[:2] / f"{sha256}{suffix}"


def _age(path: Path) -> float:
    """Seconds since a file, or anything in a folder, was written; 0 when it is gone."""
    try:
        newest = max(p.lstat().st_mtime for p in (path, *path.rglob("*")))
    except FileNotFoundError:
        return 0.0
    return time.time() - newest
