"""HTTP/1.1 with a deadline: a client that does not finish its header in time is let go."""

import asyncio
import socket
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10.0


class Deadline(H11Protocol):
    """uvicorn's protocol, which by itself waits for a header for ever (slow-loris)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock."""
        super().connection_made(transport)
        _send_at_once(transport)
        self._watch(waiting=True)

    def data_received(self, data: bytes) -> None:
        """Stop the clock once the header is whole; start it when the next one has begun."""
        super().data_received(data)
        self._watch(waiting=self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._watch(waiting=False)
        super().connection_lost(exc)

    def _watch(self, *, waiting: bool) -> None:
        if not waiting and self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        elif waiting and self._deadline is None:
            self._deadline = self.loop.call_later(SECONDS, self.transport.close)


def _send_at_once(transport: asyncio.Transport) -> None:
    """Without this an answer's body waits 40 ms for its header to be acknowledged.

    asyncio sets it by itself, but not on the socket that uvicorn's workers share.
    """
    line = transport.get_extra_info("socket")
    if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
