"""Who may be asked for by name, and which sites may ask: against DNS rebinding and forged requests.

A page of another site can make a browser send requests here, and can point a name of its own at
this machine. The first is seen by its Origin, the second by its Host.
"""

import os
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from pages._ui.server.refusal import header, refuse

OURS = ("localhost", "127.0.0.1", "::1")
READS = frozenset({"GET", "HEAD", "OPTIONS"})
UNKNOWN = "This name is not one the workbench answers to; MLL_HOSTS adds names."
FOREIGN = "Another site may not do this here."


def extra() -> tuple[str, ...]:
    """The names in MLL_HOSTS, separated by commas."""
    names = os.environ.get("MLL_HOSTS", "").split(",")
    return tuple(name.strip().lower().rstrip(".") for name in names if name.strip())


def name_of(host: str | None) -> str | None:
    """The name in a Host header, without its port; None when it is not a plain one."""
    try:
        parts = urlsplit(f"//{host or ''}")
        _ = parts.port
    except ValueError:
        return None
    plain = parts.netloc == (host or "") and "@" not in parts.netloc
    return parts.hostname.rstrip(".") if plain and parts.hostname else None


def same_site(origin: str | None, host: str, names: tuple[str, ...]) -> bool:
    """Whether a request with this Origin comes from our own pages, or from no page at all.

    Behind a proxy that changes the Host, the origin's name must be in MLL_HOSTS (``names``).
    """
    if origin is None:
        return True
    parts = urlsplit(origin) if origin.isascii() and "\\" not in origin else urlsplit("")
    if parts.scheme not in ("http", "https"):
        return False
    return parts.netloc.lower() == host.lower() or (name_of(parts.netloc) or "") in names


class Hosts:
    """Lets through what asks for a known name and is not sent by another site's page."""

    def __init__(self, app: ASGIApp, bound: str = "127.0.0.1") -> None:
        self._app = app
        self._extra = extra()
        self._names = {*OURS, *self._extra, bound.lower()} - {"0.0.0.0", "::"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = header(scope, b"host") or ""
        if name_of(host) not in self._names:
            await refuse(scope, receive, send, 400, UNKNOWN)
            return
        if not self._reads(scope) and self._is_foreign(scope, host):
            await refuse(scope, receive, send, 403, FOREIGN)
            return
        await self._app(scope, receive, send)

    def _reads(self, scope: Scope) -> bool:
        return scope["type"] == "http" and scope["method"] in READS

    def _is_foreign(self, scope: Scope, host: str) -> bool:
        if header(scope, b"sec-fetch-site") in ("cross-site", "same-site", ""):
            return True
        return not same_site(header(scope, b"origin"), host, self._extra)
