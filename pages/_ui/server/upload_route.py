"""``PUT /api/upload/<name>``: files of any size straight to the workspace's disk.

The token stands in the ``X-Upload-Token`` header, which no form and no other site can send. It is
in the workspace folder: only who can read it there can upload.
"""

import asyncio
import os
import re
import secrets
import shutil
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from mll_core.domain.errors import NoRoom
from mll_core.infra import files

MOST = int(os.environ.get("MLL_LARGEST_UPLOAD_MB", "20480")) << 20
"""Bytes of one file at most."""
SPARE = 1 << 30
"""Bytes an upload leaves free on the disk."""


def upload_token(home: Path) -> str:
    """The token that opens the upload route of this workspace; made when it is not there."""
    path = home / "upload.token"
    if not path.exists():
        files.write_new(path, secrets.token_urlsafe(32), mode=0o600)
    return path.read_text(encoding="ascii")


def upload_place(home: Path, name: str) -> Path:
    """A new path under the workspace's ``uploads`` whose name is a harmless form of ``name``.

    Raises NoRoom.
    """
    plain = re.sub(r"[^\w.\-]+", "_", Path(name.replace("\\", "/")).name).strip("._")[-100:]
    folder = home / "uploads" / secrets.token_hex(6)
    with files.disk_errors(home):
        folder.mkdir(parents=True)
    return folder / (plain or "upload.csv")


async def upload(request: Request) -> Response:
    """Stream one file to disk; its path. 403 without the token, 413 and 507 when it is too large.

    Whatever ends it early, nothing of it is kept.
    """
    home = Path(os.environ["MLL_HOME"])
    given = request.headers.get("x-upload-token", "").encode(errors="replace")
    if not secrets.compare_digest(given, upload_token(home).encode()):
        return _refused(403, "The header X-Upload-Token is missing or wrong.")
    room = shutil.disk_usage(home).free - SPARE
    if refusal := _too_large(_stated(request), room):
        return refusal
    place, written = None, 0
    try:
        place = upload_place(home, request.path_params["name"])
        part = place.with_name(f"{place.name}.part")  # swept when this process is killed
        with part.open("wb") as file:
            async for chunk in request.stream():
                written += len(chunk)
                if refusal := _too_large(written, room):
                    shutil.rmtree(place.parent)
                    return refusal
                file.write(chunk)
        await asyncio.to_thread(files.settle, part, place)
    except BaseException as error:
        if place is not None:
            shutil.rmtree(place.parent)
        if isinstance(error, ClientDisconnect):
            return _refused(400, "The upload was broken off; nothing was kept.")
        if isinstance(error, OSError | NoRoom):
            return _refused(507, "The file could not be written; nothing was kept.")
        raise
    return JSONResponse({"path": str(place), "bytes": written})


def _stated(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length[:20]) if length.isascii() and length.isdigit() else 0


def _too_large(size: int, room: int) -> Response | None:
    if size > MOST:
        return _refused(413, f"The file is larger than {MOST >> 20:,} MB.")
    if size > room:
        return _refused(507, "The disk is too full for this file; nothing was kept.")
    return None


def _refused(status: int, said: str) -> Response:
    # The rest of the body is not read, so the line cannot be used again.
    return JSONResponse({"error": said}, status_code=status, headers={"Connection": "close"})
