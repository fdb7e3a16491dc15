"""``python crew_apps.py APP PORT``: two workers that answer with a small application."""

import asyncio
import os
import socket
import sys
from typing import Any

import uvicorn

from mll_core.domain.errors import NotReady
from mll_core.service.workers import Workers


async def slow(scope: Any, receive: Any, send: Any) -> None:
    """Answers after three seconds."""
    if scope["type"] == "http":
        await asyncio.sleep(3)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})


async def quick(scope: Any, receive: Any, send: Any) -> None:
    """Says which process answers."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(os.getpid()).encode()})


def broken() -> None:
    """An application that cannot be made."""
    raise RuntimeError("this one is never made")


if __name__ == "__main__":
    name, port = sys.argv[1], int(sys.argv[2])
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))
        door.listen()
        config = uvicorn.Config(
            f"crew_apps:{name}",
            factory=name == "broken",
            workers=2,
            lifespan="off",
            log_level="error",
            timeout_graceful_shutdown=10,
        )
        try:
            Workers(config, door).run()
        except NotReady as error:
            sys.exit(f"{error} {error.hint}")
