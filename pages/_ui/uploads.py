"""Uploaded files: copied into the workspace in the same run, never kept in the session."""

import hashlib
import re
from typing import Any

from mll_core.domain.source_address import title_of
from mll_core.infra import files, room
from mll_core.watching import REQUESTS
from pages._ui import state

ENDINGS = ["csv", "tsv", "txt", "gz", "parquet"]


def kept(file: Any) -> str:
    """The path of an uploaded file's copy; the same bytes under the same name are kept once."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", file.name).lstrip(".")[-80:] or "table.csv"
    folder = state.workspace().home / "uploads" / digest
    path = folder / name
    if not path.exists():
        room.need(state.workspace().home, size=file.size)
        file.seek(0)
        files.copy(file, path)
    return str(path)


def name_of(source: str) -> str:
    """A source as a person knows it: the name of the file, or what the service was asked."""
    return "what the service was asked" if source == REQUESTS else title_of(source)
