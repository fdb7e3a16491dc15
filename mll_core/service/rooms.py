"""How much is answered at once, so that large bodies do not fill the memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from mll_core.service.bodies import Refused

THREADS = 8
LARGE = 4
PATIENCE = 5.0
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
    async def large(self) -> AsyncIterator[None]:
        """A place for a body above 1 MB. Raises Refused (503) when none becomes free soon."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._large.acquire()
        except TimeoutError:
            what, hint = "Too many large requests came at once.", "Send it again in a few seconds."
            raise Refused(503, what, hint, PATIENCE) from None
        try:
            yield
        finally:
            self._large.release()
