"""HTTP/1.1 with limits: a header has a deadline, and one address has so many connections."""

import asyncio
import ipaddress
import socket
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10.0
MOST, MOST_LOCAL = 64, 256
"""Connections of one address to one worker; more on this machine, where a proxy may speak for many.
"""
_OPEN: Counter[str] = Counter()
_BODY = (
    b'{"errors": [{"record": null, "column": null, "problem": "Too many connections are open '
    b'from this address.", "hint": "Close some, or use one for several requests."}]}'
)
_FULL = (
    b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 5\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)


class Deadline(H11Protocol):
    """uvicorn's protocol, which by itself waits for a header for ever (slow-loris)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock, unless this address has too many connections already."""
        super().connection_made(transport)
        _send_at_once(transport)
        self._watch(waiting=True)
        self._address = str((transport.get_extra_info("peername") or ("",))[0])
        _OPEN[self._address] += 1
        if _OPEN[self._address] > (MOST_LOCAL if _is_local(self._address) else MOST):
            transport.write(_FULL)
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
        _OPEN[self._address] -= 1
        if _OPEN[self._address] <= 0:
            del _OPEN[self._address]
        super().connection_lost(exc)

    def _watch(self, *, waiting: bool) -> None:
        if not waiting and self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        elif waiting and self._deadline is None:
            self._deadline = self.loop.call_later(SECONDS, self.transport.close)


def open_lines(address: str) -> int:
    """How many connections of ``address`` are open to this worker."""
    return _OPEN[address]


def _is_local(address: str) -> bool:
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
