"""Puts the pages together and serves them."""

import gc
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import uvicorn
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp
from streamlit import config
from streamlit.starlette import App

from mll_core.domain.errors import NoRoom
from mll_core.infra.logs import redact_output, start_log
from mll_core.infra.sign_in import SignIn, check_address, sign_in
from mll_core.workspace import Workspace
from pages._ui import guard
from pages._ui.server import warming
from pages._ui.server.bring import Bring
from pages._ui.server.door import Door
from pages._ui.server.entrance import Entrance
from pages._ui.server.errors import Errors
from pages._ui.server.headers import Headers
from pages._ui.server.hosts import OURS, Hosts, extra
from pages._ui.server.lines import Live, Visit
from pages._ui.server.pace import Pace
from pages._ui.server.provider import Provider
from pages._ui.server.upload_route import upload, upload_token

ROOT = Path(__file__).parents[3]
CONNECTIONS = 512
"""Connections at once; who comes after them is told 503."""
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


def application(home: Path, bound: str = "127.0.0.1") -> ASGIApp:
    """The pages of a workspace, behind their door. Raises NotReady, InvalidParameter."""
    mode = sign_in()
    check_address(bound)
    with suppress(NoRoom):  # a full disk can still be looked at; the route tries again
        upload_token(home)
    provider = Provider() if mode is SignIn.OIDC else None
    inner = [Middleware(Errors), Middleware(Pace)]
    if mode is not SignIn.NONE:
        entrance = Entrance(Workspace.open(home, "the door"), provider)
        inner.append(Middleware(Door, entrance=entrance, provider=provider))
    app = App(
        ROOT / "app.py",
        routes=[
            Route("/api/upload/{name}", upload, methods=["PUT"]),
            Route("/bring", Bring(home)),
        ],
        middleware=inner,
        on_script_error=_told,
        lifespan=_same_names(bound),
        secrets={"auth": provider.settings()} if provider else None,
    )
    return Headers(Hosts(app, bound))


def _same_names(bound: str) -> Callable[[App], AbstractAsyncContextManager[None]]:
    """Streamlit checks the names of its WebSocket itself, so it is told those of ``Hosts``."""

    @asynccontextmanager
    async def life(_: App) -> AsyncIterator[None]:
        config.set_option("server.allowedHosts", [*OURS, *extra(), bound])
        threading.Thread(target=warming.later, name="warming", daemon=True).start()
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
    app = application(Path(home), host)
    warming.at_once()
    gc.freeze()  # what is there by now stays
    gc.enable()
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        http=Visit,
        ws=Live,
        ws_max_size=200 << 20,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=15,
        server_header=False,
    )
