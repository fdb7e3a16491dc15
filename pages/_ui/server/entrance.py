"""The ways in and out: ``/sign-in``, ``/set-up``, ``/auth/logout``.

A form is taken only with the token that its page was given, so that no other site can send one.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope

from mll_core.domain.errors import InvalidParameter, MllError
from mll_core.domain.identity import Actor
from mll_core.workspace import Workspace
from pages._ui.server import forms
from pages._ui.server.cookies import FORM, SESSION, cookies, made
from pages._ui.server.provider import Provider, start_address

STALE = "This form was open for too long. Try again."


class Entrance:
    """Answers what is asked before anybody is known."""

    def __init__(self, workspace: Workspace, provider: Provider | None = None) -> None:
        self._workspace = workspace
        self._provider = provider
        self.accounts = workspace.accounts

    async def answer(self, scope: Scope, receive: Receive) -> Response | None:
        """The answer when the request is for a way in or out, else None."""
        request = Request(scope, receive)
        way = self._ways().get((request.method, scope["path"]))
        return await way(request) if way else None

    def _ways(self) -> dict[tuple[str, str], Callable[[Request], Awaitable[Response]]]:
        ways = {("GET", "/sign-in"): self._show, ("GET", "/auth/logout"): self._leave}
        if self._provider:
            return {**ways, ("GET", "/sign-in/provider"): self._to_provider}
        sent = {("POST", "/sign-in"): self._sign_in, ("POST", "/set-up"): self._set_up}
        return {**ways, **sent, ("GET", "/set-up"): self._show_set_up}

    async def _to_provider(self, _: Request) -> Response:
        return RedirectResponse(start_address(), 303)

    async def _show_set_up(
        self, request: Request, wrong: str = "", typed: Mapping[str, str] = MappingProxyType({})
    ) -> Response:
        if await run_in_threadpool(self._workspace.setting_up.done):
            return forms.set_up_done()
        kept = {name: typed.get(name, "") for name in ("token", "name")}
        return self._with_token(request, partial(forms.set_up, **kept), wrong)

    async def _show(self, request: Request, wrong: str = "") -> Response:
        goes = inside(request.query_params.get("next"))
        session = cookies(request.scope).get(SESSION)
        if not wrong and await run_in_threadpool(self.accounts.actor_of, session):
            return RedirectResponse(goes, 303)
        if self._provider:
            return forms.provider(wrong)
        empty = not await run_in_threadpool(self.accounts.exist)
        return self._with_token(
            request, lambda form, said: forms.sign_in(form, goes, said, empty=empty), wrong
        )

    def _with_token(
        self, request: Request, show: Callable[[str, str], Response], wrong: str = ""
    ) -> Response:
        token = secrets.token_urlsafe(24)
        answer = show(token, wrong)
        answer.headers.append("set-cookie", made(request.scope, FORM, token, 3_600))
        return answer

    async def _sign_in(self, request: Request) -> Response:
        given = await _fields(request)
        if not _is_ours(request, given):
            return await self._show(request, STALE)
        try:
            name, password = given.get("name", ""), given.get("password", "")
            actor = await run_in_threadpool(self.accounts.verify, name, password)
        except MllError as error:
            return await self._show(request, f"{error} {error.hint}")
        return await self._enter(request, actor, inside(given.get("next")))

    async def _set_up(self, request: Request) -> Response:
        given = await _fields(request)
        if not _is_ours(request, given):
            return await self._show_set_up(request, STALE, given)
        try:
            actor = await run_in_threadpool(self._first_admin, given)
        except MllError as error:
            return await self._show_set_up(request, f"{error} {error.hint}", given)
        return await self._enter(request, actor, "/")

    def _first_admin(self, given: dict[str, str]) -> Actor:
        if given.get("password") != given.get("again"):
            raise InvalidParameter("The two passwords differ.", hint="Type them again.")
        asked = (given.get("token", "").strip(), given.get("name", ""), given.get("password", ""))
        return self._workspace.setting_up.admin(*asked)

    async def _enter(self, request: Request, actor: Actor, goes: str) -> Response:
        before = cookies(request.scope).get(SESSION)
        token = await run_in_threadpool(self.accounts.open_session, actor)
        await run_in_threadpool(self.accounts.close_session, before)
        answer = RedirectResponse(goes, 303)
        answer.headers.append("set-cookie", made(request.scope, SESSION, token))
        answer.headers.append("set-cookie", made(request.scope, FORM, ""))
        return answer

    async def _leave(self, request: Request) -> Response:
        found = cookies(request.scope)
        await run_in_threadpool(self.accounts.close_session, found.get(SESSION))
        answer = RedirectResponse("/sign-in", 303)
        names = self._provider.cookies(request.scope) if self._provider else []
        for name in (SESSION, *names):
            answer.headers.append("set-cookie", made(request.scope, name, ""))
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


def inside(address: str | None) -> str:
    """An address of our own to go on to, else the start."""
    plain = address or "/"
    try:
        parts = urlsplit(plain)
    except ValueError:
        return "/"
    strange = parts.scheme or parts.netloc or plain[:1] != "/" or plain[1:2] in ("/", "\\")
    return "/" if strange or not plain.isprintable() or not plain.isascii() else plain


def _is_ours(request: Request, given: dict[str, str]) -> bool:
    kept = cookies(request.scope).get(FORM, "")
    return bool(kept) and secrets.compare_digest(kept.encode(), given.get("form", "").encode())


async def _fields(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    text = (await request.body()).decode("utf-8", "replace")
    found = parse_qs(text, keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in found.items()}
