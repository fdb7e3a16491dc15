"""Nobody keeps others from the pages: connections are counted, bodies have a pace."""

import asyncio
import socket
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import uvicorn
from serving_process import in_a_thread, until
from starlette.types import Message, Receive, Scope, Send
from websockets.sync.client import connect

from mll_core.service import protocol
from pages._ui.server import pace
from pages._ui.server.lines import Live, Visit
from pages._ui.server.pace import Pace
from pages._ui.server.serve import QUIET, ROOT

ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})


@contextmanager
def serving(most: int | None = None) -> Iterator[int]:
    """A page as the pages' server serves it, in a thread: its port."""
    config = uvicorn.Config(
        page, port=0, http=Visit, ws=Live, log_level="critical", limit_concurrency=most
    )
    with in_a_thread(config) as port:
        yield port


def line(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def answer(connection: socket.socket) -> bytes:
    found = b""
    while more := connection.recv(65_536):
        found += more
    return found


def test_one_address_has_so_many_connections_and_is_told_when_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Visit, "most_local", 5)
    with serving() as port, ExitStack() as stack:
        kept = [stack.enter_context(line(port)) for _ in range(5)]
        told = answer(stack.enter_context(line(port)))
        assert told.startswith(b"HTTP/1.1 429 ")
        assert b"Retry-After: 5" in told
        assert b"text/plain" in told
        assert told.endswith(b"or use one for several requests.\n")
        kept[0].sendall(ASK)
        assert kept[0].recv(100).startswith(b"HTTP/1.1 200 ")


def test_open_pages_count_as_long_as_they_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Visit, "most_local", 5)
    with serving() as port:
        for _ in range(20):
            with connect(f"ws://127.0.0.1:{port}/"):
                pass
        with ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(connect(f"ws://127.0.0.1:{port}/"))
            until(lambda: protocol.open_lines("127.0.0.1") == 3)
        until(lambda: protocol.open_lines("127.0.0.1") == 0)


def test_more_than_there_is_room_for_are_told_when_to_come_again() -> None:
    with serving(most=3) as port, ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(line(port))
        late = stack.enter_context(line(port))
        late.sendall(ASK)
        told = answer(late)
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 5" in told


async def whole(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads a body to its end."""
    while (await receive()).get("more_body"):
        pass
    await page(scope, receive, send)


def body(*blocks: tuple[float, int], path: str = "/bring") -> int:
    """The status of a request whose blocks come after so many seconds, each so large."""
    left, said = list(blocks), []

    async def receive() -> Message:
        seconds, size = left.pop(0) if left else (60.0, 0)
        await asyncio.sleep(seconds)
        return {"type": "http.request", "body": b"x" * size, "more_body": bool(left)}

    async def send(message: Message) -> None:
        said.append(message)

    scope: Any = {"type": "http", "method": "POST", "path": path, "headers": []}
    asyncio.run(Pace(whole)(scope, receive, send))
    return int(said[0]["status"])


def test_a_body_that_comes_too_slowly_is_let_go_and_one_that_keeps_its_pace_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "GRACE", 0.5)
    monkeypatch.setattr(pace, "PACE", 1_000)
    assert body((0.0, 100)) == 200
    assert body(*[(0.2, 400)] * 6) == 200, "twice the pace, for longer than the grace"
    assert body(*[(0.2, 10)] * 10) == 408
    assert body((0.0, 100), (5.0, 100)) == 408, "it stops and starts again"


def test_only_files_may_be_large() -> None:
    assert body((0.0, 2 << 20)) == 200
    assert body((0.0, 2 << 20), path="/sign-in") == 413


def test_no_usage_is_told_to_anybody() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["disableDataExport"] is True  # no CSV but by our own writer
    assert QUIET == {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
