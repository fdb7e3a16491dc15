"""The scoring service as an ASGI application: routes, limits, headers, and never a bare 500."""

import json
import logging
import math
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mll_core.domain import token
from mll_core.service import bodies, docs
from mll_core.service.api import Answer, Api
from mll_core.service.bodies import Refused
from mll_core.service.deployments import DeploymentSource
from mll_core.service.limits import Turnstile
from mll_core.service.metrics import Metrics
from mll_core.service.openapi import OUTCOMES, PREDICT, RESPONSES
from mll_core.service.rooms import Rooms

LOG = logging.getLogger("mll.service")
_TITLE = "MLL scoring service"
_ABOUT = (
    "Send raw records as they come from the source; the recipe of the model prepares them. "
    "Every answer names the version that gave it."
)


def create_app(
    source: DeploymentSource, hosts: frozenset[str] | None = None, rate: float | None = None
) -> FastAPI:
    """The application over ``source``; with ``hosts``, other Host names are refused.

    ``rate``: requests a second that one client may make; None: as many as it likes.
    """
    app = FastAPI(
        title=_TITLE, description=_ABOUT, version="1", docs_url=None, redoc_url=None
    )  # FastAPI's own page loads its scripts from another host
    api = Api(source, Metrics())
    _scoring(app, api, Turnstile(rate))
    _watching(app, api)
    _pages(app, api)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _not_found)
    app.add_middleware(Guard, hosts=hosts)
    return app


def _scoring(app: FastAPI, api: Api, turnstile: Turnstile) -> None:
    rooms = Rooms()

    async def answer(
        request: Request, deployment: str, act: Callable[[str, bytes], Answer], scope: token.Scope
    ) -> Response:
        known = deployment if deployment in api.source.names() else ""
        given, wait = _token(request), None
        try:
            api.admit(deployment, given, scope)
            turnstile.enter(given, _address(request))
            async with AsyncExitStack() as room:
                body = await bodies.read(request, lambda: room.enter_async_context(rooms.large()))
                if act == api.predict and api.brisk(deployment, body):
                    status, data = act(deployment, body)
                else:
                    status, data = await rooms.work(act, deployment, body)
        except Refused as refused:
            refused = _tired(refused, turnstile, request)
            status, data, wait = refused.status, refused.body, refused.wait
        api.metrics.add("mll_requests_total", deployment=known, status=str(status))
        return _json(status, data, wait)

    @app.post("/v1/{deployment}/predict", openapi_extra=PREDICT, responses=RESPONSES)
    async def predict(deployment: str, request: Request) -> Response:
        """Score up to 1,000 raw records; with `explain`, the columns that moved each answer."""
        return await answer(request, deployment, api.predict, token.Scope.PREDICT)

    @app.post("/v1/{deployment}/outcomes", openapi_extra=OUTCOMES, responses=RESPONSES)
    async def outcomes(deployment: str, request: Request) -> Response:
        """Say what was true in the end, by request_id and the record's place from 0."""
        return await answer(request, deployment, api.outcomes, token.Scope.OUTCOMES)

    @app.get("/v1/{deployment}/schema", responses=RESPONSES)
    async def schema(deployment: str, request: Request) -> Response:
        """The JSON Schema of one record, with an example."""
        api.admit(deployment, _token(request), token.Scope.SCHEMA)
        return _json(*await rooms.work(api.schema, deployment))


def _watching(app: FastAPI, api: Api) -> None:
    @app.get("/health")
    @app.get("/v1/{deployment}/health")
    async def health(deployment: str | None = None) -> Response:
        """Alive: the process answers."""
        return _json(200, {"status": "alive"})

    @app.get("/ready")
    async def all_ready(request: Request) -> Response:
        """Ready: every deployment with a champion has it in memory; else 503.

        Which they are is told of those that the token may use.
        """
        return _json(*api.all_ready(_token(request)))

    @app.get("/v1/{deployment}/ready", responses=RESPONSES)
    async def ready(deployment: str, request: Request) -> Response:
        """Ready: the model is in memory; 503 when it is not."""
        api.admit(deployment, _token(request))
        return _json(*api.ready((deployment,)))

    @app.get("/metrics")
    async def all_metrics(request: Request) -> Response:
        """Prometheus text of the deployments the token may use; per process (label `pid`)."""
        return PlainTextResponse(api.metrics_text(_token(request), api.source.names()))

    @app.get("/v1/{deployment}/metrics", responses=RESPONSES)
    async def metrics(deployment: str, request: Request) -> Response:
        """Prometheus text of one deployment; per process (label `pid`)."""
        api.admit(deployment, _token(request))
        return PlainTextResponse(api.metrics_text(_token(request), (deployment,)))


def _pages(app: FastAPI, api: Api) -> None:
    @app.get("/", include_in_schema=False)
    @app.get("/docs", include_in_schema=False)
    async def documentation(request: Request) -> Response:
        visible = tuple(n for n in api.source.names() if api.source.authorised(n, _token(request)))
        base = f"{request.url.scheme}://{request.url.netloc}"
        text = docs.page(app.openapi(), base, visible)
        return HTMLResponse(text, headers={"Content-Security-Policy": docs.POLICY})


class Guard:
    """Wraps every answer: security headers, Host and Origin checks, words for a bug."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _secure(MutableHeaders(scope=message))
            await send(message)

        refusal = self._refusal(Request(scope))
        if refusal:
            await _json(refusal.status, refusal.body)(scope, receive, guarded)
            return
        try:
            await self.app(scope, receive, guarded)
        except Exception:
            number = uuid.uuid4().hex[:8]
            LOG.exception("bug %s while answering %s", number, scope["path"])
            if started:
                raise
            await _bug(number)(scope, receive, guarded)

    def _refusal(self, request: Request) -> Refused | None:
        host = request.headers.get("host", "")
        if self.hosts is not None and (urlsplit(f"//{host}").hostname or "") not in self.hosts:
            return Refused(
                400, "The Host name is not one of ours.", "Use the address `mll` prints."
            )
        origin = request.headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return Refused(403, "Other web pages may not ask.", "Call the service from a program.")
        return None


def _secure(headers: MutableHeaders) -> None:
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cache-Control"] = "no-store"


def _token(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _tired(refused: Refused, turnstile: Turnstile, request: Request) -> Refused:
    """The refusal, or the one of those who try one token after the other."""
    try:
        if refused.status == 401:  # noqa: PLR2004
            turnstile.stranger(_address(request))
    except Refused as another:
        return another
    return refused


def _json(status: int, data: dict[str, Any], wait: float | None = None) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}  # noqa: PLR2004
    if wait is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    if status in (408, 413):  # the rest of the body is not read
        headers["Connection"] = "close"
    return Response(json.dumps(data, allow_nan=False), status, headers, "application/json")


def _bug(number: str) -> Response:
    hint = f"Nothing was logged or changed; the log has the details under {number}."
    return _json(500, Refused(500, "Something is wrong with the service itself.", hint).body)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return _json(error.status, error.body)


async def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    what = "There is nothing at this address." if error.status_code == 404 else str(error.detail)  # noqa: PLR2004
    return _json(error.status_code, Refused(error.status_code, what, "See /docs.").body)
