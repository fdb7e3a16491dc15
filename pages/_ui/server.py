"""The pages as one ASGI app: Streamlit, our security headers, and a streaming upload route.

``PUT /api/upload/<name>?token=...`` writes straight to the workspace's disk: files of any size
come in without being held in memory. The token is in the workspace folder, so only who can read
it there, or was handed it by a page, can upload.
"""

import os
import re
import secrets
import shutil
import sys
from pathlib import Path

import uvicorn
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.starlette import App

from mll_core.domain.errors import NoRoom
from mll_core.infra import files
from mll_core.infra.processes import die_with_parent

ROOT = Path(__file__).parents[2]
HEADERS = {
    b"content-security-policy": b"frame-ancestors 'none'; base-uri 'self'; object-src 'none'",
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
}
MOST = int(os.environ.get("MLL_LARGEST_UPLOAD_MB", "20480")) << 20
"""Bytes of one file at most."""
SPARE = 1 << 30
"""Bytes an upload leaves free on the disk."""


class Guarded:
    """Adds the security headers, and shuts what only an operator should see."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith("/_stcore/metrics"):
            await Response(status_code=404)(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                message["headers"] += [pair for pair in HEADERS.items() if pair[0] not in names]
            await send(message)

        await self._app(scope, receive, guarded)


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
    given = request.query_params.get("token", "").encode(errors="replace")
    if not secrets.compare_digest(given, upload_token(home).encode()):
        return _refused(403, "The upload token is wrong.")
    room = shutil.disk_usage(home).free - SPARE
    if refusal := _too_large(_stated(request), room):
        return refusal
    place, written = None, 0
    try:
        place = upload_place(home, request.path_params["name"])
        with place.open("wb") as file:
            async for chunk in request.stream():
                written += len(chunk)
                if refusal := _too_large(written, room):
                    shutil.rmtree(place.parent)
                    return refusal
                file.write(chunk)
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


def main(home: str, port: int) -> None:
    """Serve the pages of one workspace on loopback until the process is ended."""
    os.environ["MLL_HOME"] = home
    os.chdir(ROOT)
    app = App(
        ROOT / "app.py",
        routes=[Route("/api/upload/{name}", upload, methods=["PUT"])],
        middleware=[Middleware(Guarded)],
    )
    os.environ["STREAMLIT_SERVER_PORT"] = str(port)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", ws_max_size=200 << 20)


if __name__ == "__main__":
    if os.environ.get("MLL_SUPERVISED"):
        die_with_parent()
    main(sys.argv[1], int(sys.argv[2]))
