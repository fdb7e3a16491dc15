"""Hostile clients of the service on loopback, while a good one goes on asking."""

import asyncio
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import load
import psutil
import pytest
import uvicorn
from asgi_client import Client
from one_deployment import OneDeployment
from serving_process import in_a_thread, until
from serving_samples import RECORD

from mll_core.domain.errors import InvalidParameter
from mll_core.service import bodies, limits, protocol, rooms
from mll_core.service.app import create_app
from mll_core.service.limits import Buckets, rate_of

MB = 1 << 20
GOOD = load.predict([RECORD])
HEAD = b"POST /v1/churn/predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
def source(tmp_path: Path) -> Iterator[OneDeployment]:
    source = OneDeployment(tmp_path / "log")
    yield source
    source.log.close()


@contextmanager
def serving(source: OneDeployment, **options: Any) -> Iterator[int]:
    """The service as `mll serve` runs it, in a thread: its port."""
    config = uvicorn.Config(
        create_app(source), port=0, http=protocol.Deadline, ws="none", log_level="critical"
    )
    for name, value in options.items():
        setattr(config, name, value)
    with in_a_thread(config) as port:
        yield port


@pytest.fixture
def port(source: OneDeployment) -> Iterator[int]:
    with serving(source) as port:
        yield port


def line(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def said(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    found = b""
    try:
        while more := connection.recv(65_536):
            found += more
    except ConnectionResetError:
        pass
    return found


def good(port: int, count: int = 20) -> float:
    """A good client is answered each time; the seconds of its slowest answer."""

    async def ask() -> list[load.Answer]:
        connection = load.Line(port)
        answers = [await connection.ask(GOOD) for _ in range(count)]
        await connection.close()
        return answers

    answers = asyncio.run(ask())
    assert {answer.status for answer in answers} == {200}
    return max(answer.seconds for answer in answers)


def test_three_hundred_half_open_connections_keep_nobody_out_and_are_let_go(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "SECONDS", 3.0)
    monkeypatch.setattr(protocol.Deadline, "most_local", 400)
    with ExitStack() as stack:
        slow = [stack.enter_context(line(port)) for _ in range(300)]
        for connection in slow:
            connection.sendall(HEAD + b"X-Slow: 1\r\n")
        assert good(port) < 2
        assert all(said(connection) == b"" for connection in slow)
        assert good(port) < 2


def test_one_address_may_not_hold_all_connections(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol.Deadline, "most_local", 10)
    with ExitStack() as stack:
        kept = [stack.enter_context(line(port)) for _ in range(10)]
        refused = said(stack.enter_context(line(port)))
        assert refused.startswith(b"HTTP/1.1 429 ")
        assert b"Retry-After: 5" in refused
        assert b'"hint"' in refused
        kept[0].sendall(GOOD)
        assert kept[0].recv(100).startswith(b"HTTP/1.1 200 ")
        for connection in kept:
            connection.close()
        until(lambda: not protocol.open_lines("127.0.0.1"))
        assert good(port, 1)


def test_more_connections_than_there_is_room_for_are_told_to_come_again(
    source: OneDeployment,
) -> None:
    with serving(source, limit_concurrency=5) as port, ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(line(port))
        late = stack.enter_context(line(port))
        late.sendall(GOOD)
        told = said(late)
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 5" in told
        assert b'"problem": "Too many requests came at once."' in told


def test_a_hundred_megabytes_are_refused_before_they_come(port: int) -> None:
    with line(port) as huge:
        huge.sendall(HEAD + b"Content-Length: 104857600\r\n\r\n")
        answer = said(huge)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"larger than 16 MB" in answer


def test_a_body_without_end_is_cut_off_and_costs_no_memory(port: int) -> None:
    before = psutil.Process(os.getpid()).memory_info().rss
    chunk = b"%x\r\n%s\r\n" % (MB, b" " * MB)
    with line(port) as huge:
        huge.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        try:
            for _ in range(100):
                huge.sendall(chunk)
                sent += 1
        except OSError:
            assert sent < 60
        assert good(port) < 2
    assert psutil.Process(os.getpid()).memory_info().rss - before < 120 * MB


def test_a_body_that_drips_is_let_go_and_takes_no_room(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 3.0)
    with ExitStack() as stack:
        slow = [stack.enter_context(line(port)) for _ in range(rooms.LARGE + 4)]
        for connection in slow:
            connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")
        large = load.predict([{**RECORD, "plan": "x" * 2_000}] * 900)
        assert len(large) > MB
        with line(port) as other:
            other.sendall(large)
            assert other.recv(100).startswith(b"HTTP/1.1 200 ")
        assert good(port) < 2
        assert all(said(connection).startswith(b"HTTP/1.1 408 ") for connection in slow)


def test_large_bodies_wait_for_room_and_are_told_to_come_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "PATIENCE", 0.3)
    with ExitStack() as stack:
        for _ in range(rooms.LARGE):
            begun = stack.enter_context(line(port))
            begun.sendall(HEAD + b"Content-Length: 3000000\r\n\r\n" + b" " * (MB + 9))
        assert good(port) < 2
        late = stack.enter_context(line(port))
        late.sendall(HEAD + b"Content-Length: 3000000\r\n\r\n" + b" " * (MB + 9))
        answer = late.recv(1_000)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1\r\n" in answer


def test_requests_sent_ahead_are_answered_in_order(port: int) -> None:
    with line(port) as eager:
        sender = threading.Thread(target=eager.sendall, args=(GOOD * 500,))
        sender.start()
        assert good(port) < 2
        found = b""
        while found.count(b'"request_id"') < 500:
            found += eager.recv(1 << 20)
        sender.join()
    assert found.count(b"HTTP/1.1 200 ") == 500


def test_a_client_that_asks_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    source = OneDeployment(tmp_path, token="right")
    client = Client(create_app(source, rate=5))
    client.headers["Authorization"] = "Bearer right"
    answers = [client.post("/v1/churn/predict", json={"records": [RECORD]}) for _ in range(15)]
    codes = [answer.status_code for answer in answers]
    assert codes[:10] == [200] * 10
    late = next(answer for answer in answers if answer.status_code == 429)
    assert late.headers["retry-after"] == "1"
    assert late.json()["errors"][0]["hint"]
    source.log.close()


def test_tokens_cannot_be_tried_one_after_the_other(tmp_path: Path) -> None:
    source = OneDeployment(tmp_path, token="right")
    client = Client(create_app(source))
    client.headers["Authorization"] = "Bearer wrong"
    codes = [client.post("/v1/churn/predict", json={}).status_code for _ in range(40)]
    assert codes[:20] == [401] * 20
    assert 429 in codes
    client.headers["Authorization"] = "Bearer right"
    assert client.post("/v1/churn/predict", json={"records": [RECORD]}).status_code == 200
    source.log.close()


def test_a_bucket_fills_again_and_forgets_old_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    buckets = Buckets(10, lambda: now[0])
    assert [buckets.wait("ana") for _ in range(20)] == [0] * 20
    assert 0 < buckets.wait("ana") < 0.11
    assert buckets.wait("bob") == 0
    now[0] += 0.5
    assert [buckets.wait("ana") > 0 for _ in range(6)] == [False] * 5 + [True]
    monkeypatch.setattr(limits, "_MOST", 50)
    assert not any(buckets.wait(f"client {number}") for number in range(500))


def test_the_rate_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rate_of(loopback=True) is None
    assert rate_of(loopback=False) == limits.USUAL
    for asked, rate in (("0", None), ("2.5", 2.5)):
        monkeypatch.setenv(limits.RATE, asked)
        assert rate_of(loopback=False) == rate
    for asked in ("", "many", "-1", "nan", "inf"):
        monkeypatch.setenv(limits.RATE, asked)
        with pytest.raises(InvalidParameter, match="must be a number"):
            rate_of(loopback=True)


def test_a_log_that_cannot_be_written_holds_up_no_answer(source: OneDeployment, port: int) -> None:
    good(port, 3)
    assert source.log.flush()
    (day,) = source.log.days()
    with sqlite3.connect(day) as other:
        other.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        assert good(port, 200) < 2
        assert time.monotonic() - start < 10
        other.rollback()
    assert source.log.flush()
    assert len(list(source.log.rows())) == 203
