"""The door: without a valid session nobody comes past it, by HTTP or by WebSocket."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mll_core.domain.errors import Forbidden, MllError
from mll_core.domain.identity import Actor
from mll_core.infra.accounts import Accounts
from pages._ui.server import forms
from pages._ui.server.cookies import SESSION, cookies, made
from pages._ui.server.entrance import Entrance, inside
from pages._ui.server.provider import Provider
from pages._ui.server.refusal import header, refuse

OPEN = frozenset({"/_stcore/health"})
UNKNOWN = "Sign in first."


class Door:
    """Asks everybody who they are; ``provider`` where the house has one."""

    def __init__(self, app: ASGIApp, entrance: Entrance, provider: Provider | None = None) -> None:
        self._app = app
        self._entrance = entrance
        self._provider = provider
        self._accounts: Accounts = entrance.accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or WebSocket."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http":
            if answer := await self._entrance.answer(scope, receive):
                await answer(scope, receive, send)
                return
            if self._provider and scope["path"] in self._provider.paths:
                await self._app(scope, receive, send)
                return
        if await self._actor(scope) is not None:
            await self._app(scope, receive, send)
        else:
            await self._turn_away(scope, receive, send)

    async def _actor(self, scope: Scope) -> Actor | None:
        token = cookies(scope).get(SESSION)
        return await run_in_threadpool(self._accounts.actor_of, token) if token else None

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = b"text/html" in (header(scope, b"accept") or "").encode("latin-1")
        if scope["type"] == "websocket" or scope["method"] != "GET" or not page:
            await refuse(scope, receive, send, 401, UNKNOWN)
            return
        query = scope["query_string"].decode("latin-1")
        here = inside(quote(scope["path"]) + (f"?{query}" if query else ""))
        if self._provider and (claims := self._provider.claims(scope)):
            answer = await self._exchange(scope, claims)
        elif header(scope, b"sec-fetch-site") == "cross-site" and not cookies(scope):
            # Followed from elsewhere: the browser keeps our cookie back, and sends it next time.
            answer = forms.page("Opening the workbench", to=here)
        else:
            answer = RedirectResponse(f"/sign-in?next={quote(here, safe='')}", 303)
        await answer(scope, receive, send)

    async def _exchange(self, scope: Scope, claims: dict[str, str]) -> forms.HTMLResponse:
        """What the provider says becomes a session of ours, and is forgotten."""
        provider = self._provider
        assert provider is not None
        try:
            actor = await run_in_threadpool(provider.actor, self._accounts, claims)
            token = await run_in_threadpool(self._accounts.open_session, actor)
        except MllError as error:
            hint = f" {error.hint}" if isinstance(error, Forbidden) else ""
            answer = forms.provider(f"{error}{hint}")
        else:
            answer = forms.page("Opening the workbench", to="/")
            answer.headers.append("set-cookie", made(scope, SESSION, token))
        for name in provider.cookies(scope):
            answer.headers.append("set-cookie", made(scope, name, ""))
        return answer
