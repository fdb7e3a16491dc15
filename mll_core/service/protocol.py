"""HTTP/1.1 with limits: a header has a deadline, and one address has so many connections."""

import asyncio
import ipaddress
import json
import socket
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10.0
_OPEN: Counter[str] = Counter()
SOON = 5
"""Seconds after which it is worth asking again."""
LINES = "Too many connections are open from this address."
LINES_HINT = "Close some, or use one for several requests."
BUSY = "Too many requests came at once."
BUSY_HINT = "Wait as long as Retry-After says, then go on."


class Deadline(H11Protocol):
    """uvicorn's protocol, which by itself waits for a header for ever (slow-loris)."""

    most, most_local = 64, 256
    """Connections of one address to one worker; more on this machine: a proxy may speak for many.
    """
    kind = b"application/json"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._address = ""
        self._served, self.app = self.app, self._answer
        self._most_at_once, self.limit_concurrency = self.limit_concurrency, None

    def told(self, problem: str, hint: str) -> bytes:
        """The body of a refusal."""
        error = {"record": None, "column": None, "problem": problem, "hint": hint}
        return json.dumps({"errors": [error]}).encode()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock, unless this address has too many connections already."""
        super().connection_made(transport)
        _send_at_once(transport)
        self._watch(waiting=True)
        self._address = str((transport.get_extra_info("peername") or ("",))[0])
        _OPEN[self._address] += 1
        if _OPEN[self._address] > (self.most_local if is_local(self._address) else self.most):
            body = self.told(LINES, LINES_HINT)
            head = b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: %s\r\nRetry-After: %d\r\n"
            rest = b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
            transport.write(head % (self.kind, SOON) + rest)
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Stop the clock once the header is whole; start it when the next one has begun."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        self._watch(waiting=self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._watch(waiting=False)
        leave(self._address)
        super().connection_lost(exc)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        """Let the application answer, unless too much is asked at once already."""
        most = self._most_at_once
        if most is None or (len(self.connections) <= most and len(self.tasks) <= most):
            await self._served(scope, receive, send)
            return
        body = self.told(BUSY, BUSY_HINT)
        told = {b"content-type": self.kind, b"content-length": b"%d" % len(body)}
        headers = [*told.items(), (b"retry-after", b"%d" % SOON), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _watch(self, *, waiting: bool) -> None:
        if not waiting and self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        elif waiting and self._deadline is None:
            self._deadline = self.loop.call_later(SECONDS, self.transport.close)


def open_lines(address: str) -> int:
    """How many connections of ``address`` are open to this worker."""
    return _OPEN[address]


def leave(address: str) -> None:
    """Count one connection of ``address`` less."""
    _OPEN[address] -= 1
    if _OPEN[address] <= 0:
        del _OPEN[address]


def is_local(address: str) -> bool:
    """Whether ``address`` is this machine's."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:  # a Unix socket has no address
        return True


def _send_at_once(transport: asyncio.Transport) -> None:
    """Without this an answer's body waits 40 ms for its header to be acknowledged.

    asyncio sets it by itself, but not on the socket that uvicorn's workers share.
    """
    line = transport.get_extra_info("socket")
    if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
