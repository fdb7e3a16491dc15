"""Puts the pages together and serves them."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp
from streamlit import config
from streamlit.starlette import App

from mll_core.infra.logs import redact_output, start_log
from mll_core.service.protocol import Deadline
from pages._ui import guard
from pages._ui.server.errors import Errors
from pages._ui.server.headers import Headers
from pages._ui.server.hosts import OURS, Hosts, extra
from pages._ui.server.pace import Pace
from pages._ui.server.upload_route import upload

ROOT = Path(__file__).parents[3]
CONNECTIONS = 512
"""Connections at once; who comes after them is told 503."""
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


def application(bound: str = "127.0.0.1") -> ASGIApp:
    """The pages of the workspace in MLL_HOME, behind their door."""
    app = App(
        ROOT / "app.py",
        routes=[Route("/api/upload/{name}", upload, methods=["PUT"])],
        middleware=[Middleware(Errors), Middleware(Pace)],
        on_script_error=_told,
        lifespan=_same_names(bound),
    )
    return Headers(Hosts(app, bound))


def _same_names(bound: str) -> Callable[[App], AbstractAsyncContextManager[None]]:
    """Streamlit checks the names of its WebSocket itself, so it is told those of ``Hosts``."""

    @asynccontextmanager
    async def life(_: App) -> AsyncIterator[None]:
        config.set_option("server.allowedHosts", [*OURS, *extra(), bound])
        yield

    return life


def _told(error: Exception) -> bool:
    """What no page caught becomes a card with an id, like all else."""
    guard.card(error)
    return True


def main(home: str, port: int, host: str = "127.0.0.1") -> None:
    """Serve the pages of one workspace until the process is ended."""
    os.environ.update(QUIET, MLL_HOME=home)
    os.chdir(ROOT)
    redact_output()
    start_log(Path(home), "pages", "mll.pages")
    uvicorn.run(
        application(host),
        host=host,
        port=port,
        log_level="warning",
        http=Deadline,
        ws_max_size=200 << 20,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=15,
        server_header=False,
    )
