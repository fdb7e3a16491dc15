"""``/bring``: a page on which a file of any size is brought in by clicks, straight to the disk.

Its form is taken only with the token that this browser was given, so no other site can send one.
"""

import secrets
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from mll_core.domain.errors import MllError
from mll_core.domain.identity import Actor, Permission
from mll_core.infra import uploads
from mll_core.workspace import Workspace
from pages._ui import session
from pages._ui.server import forms
from pages._ui.server.cookies import SESSION, cookies, made
from pages._ui.server.entrance import inside
from pages._ui.server.incoming import Incoming, Unwanted, room
from pages._ui.server.parcel import Parcel

TOKEN = "mll_bring"
PLACES = frozenset({"/home", "/monitor"})
"""Pages that take the path of a file which was brought."""
STALE = "This form was not opened in this browser, or too long ago. Try again."


class Bring:
    """The page and what its form sends."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._workspace = Workspace.open(home, "the door")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive)
        if request.method == "POST":
            answer = await self._take(request)
        elif request.method in ("GET", "HEAD"):
            goes = onward(request.query_params.get("next"))
            answer = self._show(request, goes, await self._refusal(request))
        else:
            answer = Response(status_code=405, headers={"Allow": "GET, POST"})
        await answer(scope, receive, send)

    async def _actor(self, request: Request) -> Actor | None:
        if not session.asked():
            return session.owner()
        token = cookies(request.scope).get(SESSION)
        return await run_in_threadpool(self._workspace.accounts.actor_of, token)

    async def _refusal(self, request: Request) -> Unwanted | None:
        actor = await self._actor(request)
        if actor and (
            actor.kind == "owner" or any(actor.may(Permission.RUN, one) for one in actor.roles)
        ):
            return None
        return Unwanted(403, "Who may only look on brings no files; an admin can give more.")

    def _show(self, request: Request, goes: str, wrong: Unwanted | None) -> Response:
        token = cookies(request.scope).get(TOKEN) or secrets.token_urlsafe(24)
        answer = forms.bring(token, goes, max(room(self._home), 0) >> 20, str(wrong or ""))
        answer.status_code = wrong.status if wrong else 200
        answer.headers.append("set-cookie", made(request.scope, TOKEN, token))
        return answer

    async def _take(self, request: Request) -> Response:
        refusal = await self._refusal(request)

        def begin(fields: dict[str, str]) -> Incoming:
            _check(request, fields)
            if refusal:
                raise refusal
            return Incoming(self._home, request)

        parcel = Parcel(begin)
        try:
            path = await self._kept(request, parcel)
        except BaseException as error:
            if parcel.coming is not None:
                parcel.coming.drop()
            if isinstance(error, Unwanted | MllError):
                known = error if isinstance(error, Unwanted) else Unwanted(507, str(error))
                answer = self._show(request, onward(parcel.fields.get("next")), known)
                answer.headers["Connection"] = "close"
                return answer
            if isinstance(error, ClientDisconnect):
                return Response(status_code=400)
            raise
        return RedirectResponse(with_source(onward(parcel.fields.get("next")), path), 303)

    async def _kept(self, request: Request, parcel: Parcel) -> Path:
        await parcel.read(request)
        assert parcel.coming is not None
        path = await parcel.coming.settle()
        actor = await self._actor(request)
        if actor is None:  # signed out meanwhile
            raise Unwanted(401, "Sign in first.")
        await run_in_threadpool(uploads.note, self._workspace.database, actor, path)
        return path


def onward(address: str | None) -> str:
    """The page to go on to with the file: one that takes it, else Home."""
    goes = inside(address)
    return goes if urlsplit(goes).path in PLACES else "/home"


def with_source(goes: str, path: Path) -> str:
    """An address of ours that carries the path of a file."""
    parts = urlsplit(goes)
    known = [pair for pair in parse_qsl(parts.query) if pair[0] != "source"]
    return f"{parts.path}?{urlencode([*known, ('source', str(path))])}"


def _check(request: Request, fields: dict[str, str]) -> None:
    kept, given = cookies(request.scope).get(TOKEN, ""), fields.get("form", "")
    if not kept or not secrets.compare_digest(kept.encode(), given.encode()):
        raise Unwanted(403, STALE)
