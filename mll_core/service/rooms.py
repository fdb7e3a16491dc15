"""How much is answered at once, so that large bodies do not fill the memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from mll_core.service.bodies import SECONDS, SINGLE, Refused

THREADS = 8
LARGE = 4
T = TypeVar("T")


class Rooms:
    """At most eight requests are worked on at once, and four bodies above 1 MB are held."""

    def __init__(self) -> None:
        self._threads = CapacityLimiter(THREADS)
        self._large = asyncio.Semaphore(LARGE)

    async def work(self, act: Callable[..., T], *values: object) -> T:
        """``act(*values)`` in a thread."""
        return await to_thread.run_sync(act, *values, limiter=self._threads)

    @asynccontextmanager
    async def for_body(self, request: Request) -> AsyncIterator[None]:
        """Hold a place for a body that is large or of unknown length. Raises Refused (503)."""
        length = request.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) <= SINGLE:
            yield
            return
        try:
            async with asyncio.timeout(SECONDS):
                await self._large.acquire()
        except TimeoutError:
            what = "Too many large requests came at once."
            raise Refused(503, what, "Send it again in a few seconds.") from None
        try:
            yield
        finally:
            self._large.release()
