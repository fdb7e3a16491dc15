"""Uploaded files: copied into the workspace in the same run, never kept in the session."""

import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from mll_core.domain.source_address import title_of
from mll_core.infra import files, room, uploads
from mll_core.watching import REQUESTS
from pages._ui import state

ENDINGS = ["csv", "tsv", "txt", "gz", "parquet"]


def take_brought(key: str) -> None:
    """Put the file that was brought by the page ``/bring`` into the field ``key``, once."""
    path = Path(st.query_params.pop("source", ""))
    folder = state.workspace().home / "uploads"
    if path.is_absolute() and path.resolve().is_relative_to(folder) and path.is_file():
        st.session_state[key] = str(path)


def way(page: str) -> str:
    """The address of the page by which larger files come in, and back to ``page``."""
    here = f"/{page}?{urlencode(state.address())}"
    return f"[Bring a file over 200 MB](/bring?{urlencode({'next': here})})"


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
        uploads.note(state.workspace().database, state.actor(), path)
    return str(path)


def name_of(source: str) -> str:
    """A source as a person knows it: the name of the file, or what the service was asked."""
    return "what the service was asked" if source == REQUESTS else title_of(source)
