"""``PUT /api/upload/<name>``: files of any size straight to the workspace's disk.

The token stands in the ``X-Upload-Token`` header, which no form and no other site can send. It is
in the workspace folder: only who can read it there can upload.
"""

import os
import secrets
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from mll_core.infra import files
from pages._ui.server.incoming import Incoming, Unwanted


def upload_token(home: Path) -> str:
    """The token that opens the upload route of this workspace; made when it is not there."""
    path = home / "upload.token"
    if not path.exists():
        files.write_new(path, secrets.token_urlsafe(32), mode=0o600)
    return path.read_text(encoding="ascii")


async def upload(request: Request) -> Response:
    """Stream one file to disk; its path. 403 without the token, 413 and 507 when it is too large.

    Whatever ends it early, nothing of it is kept.
    """
    home = Path(os.environ["MLL_HOME"])
    given = request.headers.get("x-upload-token", "").encode(errors="replace")
    if not secrets.compare_digest(given, upload_token(home).encode()):
        return _refused(403, "The header X-Upload-Token is missing or wrong.")
    coming: Incoming | None = None
    try:
        coming = Incoming(home, request)
        coming.begin(request.path_params["name"])
        async for chunk in request.stream():
            coming.write(chunk)
        place = await coming.settle()
    except BaseException as error:
        if coming is not None:
            coming.drop()
        if isinstance(error, ClientDisconnect):
            return _refused(400, "The upload was broken off; nothing was kept.")
        if isinstance(error, Unwanted):
            return _refused(error.status, str(error))
        raise
    return JSONResponse({"path": str(place), "bytes": coming.bytes})


def _refused(status: int, said: str) -> Response:
    # The rest of the body is not read, so the line cannot be used again.
    return JSONResponse({"error": said}, status_code=status, headers={"Connection": "close"})
