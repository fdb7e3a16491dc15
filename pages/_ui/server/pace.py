"""A body has a size and a pace: who sends too much, or too slowly, is let go."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui.server.refusal import header, refuse

GRACE = 30.0
"""Seconds a body may take before its pace counts."""
PACE = 10_000
"""Bytes in a second at least, on average."""
SMALL = 1 << 20
"""Bytes of a body that is not a file."""
FILES = {"/api/upload/": None, "/bring": None, "/_stcore/upload_file/": 201 << 20}
"""Where files come in, and the bytes of one request; None: the route counts itself."""
SLOW = "The request took too long to arrive."
LARGE = "The request is too large."


class TooMuch(Exception):
    """A body that is too large or too slow; the request is over."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class Pace:
    """Counts the bytes and the seconds of every body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = next((m for p, m in FILES.items() if scope["path"].startswith(p)), SMALL)
        stated = header(scope, b"content-length") or "0"
        if most is not None and (not stated.isdigit() or int(stated[:20]) > most):
            await refuse(scope, receive, send, 413, LARGE)
            return
        began = False

        async def told(message: Message) -> None:
            nonlocal began
            began = began or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, _Paced(receive, most).receive, told)
        except TooMuch as error:
            if not began:
                await refuse(scope, receive, send, error.status, str(error))


class _Paced:
    """The receiving side of one request, with a limit on bytes and on seconds."""

    def __init__(self, receive: Receive, most: int | None) -> None:
        self._receive = receive
        self._most = most
        self._start = time.monotonic()
        self._bytes = 0
        self._whole = False

    async def receive(self) -> Message:
        """The next part of the body. Raises TooMuch."""
        if self._whole:
            return await self._receive()
        left = self._start + GRACE + self._bytes / PACE - time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0))
        except TimeoutError as error:
            raise TooMuch(408, SLOW) from error
        self._bytes += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._most is not None and self._bytes > self._most:
            raise TooMuch(413, LARGE)
        return message
