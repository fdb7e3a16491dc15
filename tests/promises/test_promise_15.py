"""Promise 15: a hostile upload costs seconds, not the server; what is refused leaves nothing."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn
from proving import amount, tally
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from pages._ui import server

pytestmark = pytest.mark.promise
MB = 1 << 20


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MLL_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def port(home: Path) -> Iterator[int]:
    """The upload route and its guard, as the pages serve them, on loopback."""
    routes = [Route("/api/upload/{name}", server.upload, methods=["PUT"])]
    app = Starlette(routes=routes, middleware=[Middleware(server.Guarded)])
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", ws="none"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield running.servers[0].sockets[0].getsockname()[1]
    running.should_exit = True
    thread.join()


def put(port: int, address: str, body: bytes = b"a,b\n1,2\n", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("PUT", address, body, headers)
        return connection.getresponse().status
    except ConnectionError:
        return 413  # it was told no while it was still sending
    finally:
        connection.close()


def kept(home: Path) -> list[Path]:
    return [path for path in (home / "uploads").rglob("*") if path.is_file()]


def gone(home: Path) -> bool:
    """Whether nothing is left; the server hears of a broken line a moment later."""
    end = time.monotonic() + 5
    while list((home / "uploads").glob("*")) and time.monotonic() < end:
        time.sleep(0.05)
    return not list((home / "uploads").glob("*"))


def test_without_the_token_nothing_is_taken(port: int, home: Path) -> None:
    token = server.upload_token(home)
    wrong = ("", "?token=", "?token=wrong", f"?token={token[:-1]}", f"?token={token}x")
    odd = (
        "?token=%C3%BC",
        "?token=%00",
        "?token=%ED%A0%80",
        f"?TOKEN={token}",
        "?token=" + "x" * 9_000,
    )
    with tally(15, "tokens") as counts:
        for query in (*wrong, *odd, f"?token=no&token={token}x"):
            assert put(port, f"/api/upload/t.csv{query}") == 403, query
            counts["refused"] += 1
        counts["let in"] += put(port, f"/api/upload/t.csv?token={token}") == 200
    assert len(kept(home)) == 1


NAMES = ("../../x.csv", "..\\..\\x.csv", "/etc/passwd", ".", "..", "a\0b.csv", "x" * 5_000 + ".csv")
MORE = (
    ".bashrc",
    "CON",
    "a b\n.csv",
    "ü.csv",
    "$(touch x).csv",
    "'; rm -rf *",
    "\u202e.csv",
    "-rf",
)


def test_no_name_leaves_the_folder_of_uploads(port: int, home: Path) -> None:
    query = f"?token={server.upload_token(home)}"
    with tally(15, "names") as counts:
        for name in (*NAMES, *MORE):
            status = put(port, f"/api/upload/{quote(name, safe='')}{query}")
            assert status in (200, 400, 404, 405), (name, status)
            counts["taken" if status == 200 else "refused"] += 1
            assert server.upload_place(home, name).resolve().is_relative_to(home / "uploads")
    assert len(kept(home)) == counts["taken"]
    assert all(len(path.name) <= 100 for path in kept(home))
    assert [path.name for path in home.parent.iterdir()] == ["home"]


def test_what_is_too_large_is_refused_before_and_while_it_comes(
    port: int, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST", 3 * MB)
    address = f"/api/upload/t.csv?token={server.upload_token(home)}"
    with tally(15, "bombs") as counts:
        for times in range(1, amount(4, 40)):
            start = time.monotonic()
            assert put(port, address, b"x" * (3 * MB + times)) == 413
            assert time.monotonic() - start < 3
            counts["too large"] += 1
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(
                f"PUT {address} HTTP/1.1\r\nHost: x\r\nContent-Length: {10**12}\r\n\r\n".encode()
            )
            counts["said to be huge"] += b" 413 " in line.recv(200)
        counts["of no stated size"] += chunked(port, address, 4 * MB) == 413
        assert gone(home)
        monkeypatch.setattr(server, "SPARE", 1 << 60)
        assert put(port, address) == 507
        counts["disk full"] += 1
        monkeypatch.undo()
        monkeypatch.setenv("MLL_HOME", str(home))
    assert gone(home)


def chunked(port: int, address: str, size: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        blocks = (b"x" * (MB // 4) for _ in range(size * 4 // MB))
        connection.request("PUT", address, blocks, encode_chunked=True)
        return connection.getresponse().status
    except ConnectionError:
        return 413
    finally:
        connection.close()


def test_an_upload_that_is_broken_off_leaves_nothing_and_others_go_on(
    port: int, home: Path
) -> None:
    address = f"/api/upload/t.csv?token={server.upload_token(home)}"
    head = f"PUT {address} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n".encode()
    slow: list[socket.socket] = []
    with tally(15, "broken off") as counts:
        for _ in range(amount(30, 300)):
            line = socket.create_connection(("127.0.0.1", port), timeout=10)
            line.sendall(head + b"x" * 5_000)
            slow.append(line)
        start = time.monotonic()
        assert put(port, address) == 200
        took = time.monotonic() - start
        counts[f"half open, another answered after {took * 1000:.0f} ms"] = len(slow)
        assert took < 2
        for line in slow:
            line.close()
        end = time.monotonic() + 10
        while len(list((home / "uploads").iterdir())) > 1 and time.monotonic() < end:
            time.sleep(0.05)
    assert len(list((home / "uploads").iterdir())) == len(kept(home)) == 1
