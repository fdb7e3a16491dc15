"""Runs the scoring service: one socket, some worker processes, one thread of maths in each."""

import gc
import ipaddress
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from mll_core.domain.errors import InvalidParameter, NoRoom, NotReady
from mll_core.infra.tokens import Tokens
from mll_core.service import fair_loop
from mll_core.service.workers import Workers
from mll_core.workspace import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI

_HOME = "MLL_HOME"
_LOOPBACK = "MLL_SERVE_LOOPBACK"
_CONNECTIONS, _WAITING = 512, 2048
OURS = frozenset({"localhost", "127.0.0.1", "::1"})


def run(home: Path, host: str = "127.0.0.1", port: int = 8700, workers: int = 1) -> None:
    """Serve the champions of a workspace until stopped (SIGTERM, Ctrl-C); answers are finished.

    Raises NotReady beyond loopback without any token, NoRoom when the port is taken,
    InvalidParameter for an address that is not this machine's.
    """
    workspace = Workspace.open(home)
    inside = is_loopback(host)
    if not inside and not Tokens(workspace.database, workspace.actor).exist():
        what = f"{host} can be reached from other machines, and no token was made."
        raise NotReady(what, hint="Make one first: mll token create --deployment NAME.")
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ[_HOME] = str(workspace.home)
    os.environ[_LOOPBACK] = "1" if inside else "0"
    with _door(host, port) as door:
        config = _config(workers)
        if workers > 1:
            Workers(config, door).run()
        else:
            uvicorn.Server(config).run([door])


def _config(workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        "mll_core.service.server:application",
        factory=True,
        workers=workers,
        loop=fair_loop.name(),
        http="mll_core.service.protocol:Deadline",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
    )


def application() -> "FastAPI":
    """The application of one worker process, over the workspace in MLL_HOME."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from mll_core.infra import warehouse
    from mll_core.infra.logs import redact_output
    from mll_core.service.app import create_app
    from mll_core.service.limits import rate_of
    from mll_core.service.source import WorkspaceSource

    redact_output()
    threadpool_limits(1)
    warehouse.connect().execute("SET threads = 1")
    loopback = os.environ.get(_LOOPBACK, "1") == "1"
    source = WorkspaceSource(Workspace.open(), loopback=loopback)
    app = create_app(source, OURS if loopback else None, rate_of(loopback=loopback))

    @asynccontextmanager
    async def life(_: "FastAPI") -> AsyncIterator[None]:
        source.start()
        gc.collect()
        gc.freeze()  # what is loaded now stays: looking through it again would hold up answers
        yield
        source.close()

    app.router.lifespan_context = life
    return app


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _door(host: str, port: int) -> socket.socket:
    """The socket on which all workers answer; who comes before they have begun waits."""
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name == "posix":  # elsewhere this would share a port that is taken
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
        door.listen(_WAITING)
    except OSError as error:
        door.close()
        if error.errno is not None and error.errno in _TAKEN:
            hint = "Choose another with --port, or stop what uses it."
            raise NoRoom(f"Port {port} on {host} is taken.", hint=hint) from error
        what = f"Cannot listen on {host}:{port}: {error.strerror or error}."
        raise InvalidParameter(what, hint="Use an address of this machine.") from error
    return door


_TAKEN = (98, 48, 10048)  # EADDRINUSE on Linux, macOS, Windows
