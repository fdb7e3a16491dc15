"""A client that measures: few connections that stay open, closed loop or open loop.

Closed: each connection asks again as soon as it is answered; says how much can be had. Open:
requests are due at fixed times, and their time counts from when they were due, not from when a
connection was free (without that, a slow moment hides the requests it kept waiting: coordinated
omission). Source: Tene (2013), How NOT to Measure Latency.
"""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

LOST = -1


@dataclass(frozen=True)
class Answer:
    """One answer; ``status`` is LOST when the connection ended first. Times are monotonic."""

    status: int
    due: float
    began: float
    ended: float
    body: bytes

    @property
    def seconds(self) -> float:
        """From when it was due."""
        return self.ended - self.due

    def json(self) -> Any:
        """What it says."""
        return json.loads(self.body)


def predict(records: list[Any], deployment: str = "churn", address: str = "") -> bytes:
    """A whole request for predictions."""
    return post(address or f"/v1/{deployment}/predict", {"records": records})


def post(address: str, data: Any) -> bytes:
    """A whole POST of JSON."""
    body = json.dumps(data).encode()
    head = f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Line:
    """One connection, opened anew when it was lost."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes, due: float | None = None) -> Answer:
        """Send one request and wait for its answer."""
        began = time.monotonic()
        due = began if due is None else due
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
        except (OSError, EOFError, asyncio.IncompleteReadError):
            await self.close()
            return Answer(LOST, due, began, time.monotonic(), b"")
        if b"\r\nconnection: close" in head.lower():
            await self.close()
        return Answer(int(head[9:12]), due, began, time.monotonic(), body)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            writer, self._streams = self._streams[1], None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def closed_loop(
    port: int, requests: list[bytes], clients: int, going: Callable[[], bool]
) -> list[Answer]:
    """As many answers as ``clients`` connections get while ``going``."""
    answers: list[Answer] = []

    async def client(number: int) -> None:
        line = Line(port)
        while going():
            number += 1
            answers.append(await line.ask(requests[number % len(requests)]))
        await line.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    return answers


async def open_loop(
    port: int, requests: list[bytes], rate: float, seconds: float, clients: int = 64
) -> list[Answer]:
    """``rate`` requests a second for ``seconds``, each at its time if a connection is free."""
    free: asyncio.LifoQueue[Line] = asyncio.LifoQueue()
    for _ in range(clients):
        free.put_nowait(Line(port))
    start = time.monotonic() + 0.1

    async def one(number: int) -> Answer:
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        line = await free.get()
        try:
            return await line.ask(requests[number % len(requests)], due)
        finally:
            free.put_nowait(line)

    answers = await asyncio.gather(*(one(number) for number in range(int(rate * seconds))))
    while not free.empty():
        await free.get_nowait().close()
    return answers
