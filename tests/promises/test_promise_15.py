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

from pages._ui.server import incoming
from pages._ui.server import upload_route as server
from pages._ui.server.headers import Headers
from pages._ui.server.pace import Pace

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
    app = Starlette(routes=routes, middleware=[Middleware(Headers), Middleware(Pace)])
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
    wrong = (
        "",
        "wrong",
        token[:-1],
        f"{token}x",
        token.upper(),
        "x" * 9_000,
        "\xfc",
        f"no {token}",
    )
    with tally(15, "tokens") as counts:
        assert put(port, f"/api/upload/t.csv?token={token}") == 403
        for given in wrong:
            assert put(port, "/api/upload/t.csv", **{"X-Upload-Token": given}) == 403, given
            counts["refused"] += 1
        counts["let in"] += put(port, "/api/upload/t.csv", **{"X-Upload-Token": token}) == 200
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
    let_in = {"X-Upload-Token": server.upload_token(home)}
    with tally(15, "names") as counts:
        for name in (*NAMES, *MORE):
            status = put(port, f"/api/upload/{quote(name, safe='')}", **let_in)
            assert status in (200, 400, 404, 405), (name, status)
            counts["taken" if status == 200 else "refused"] += 1
            assert incoming.upload_place(home, name).resolve().is_relative_to(home / "uploads")
    assert len(kept(home)) == counts["taken"]
    assert all(len(path.name) <= 100 for path in kept(home))
    assert [path.name for path in home.parent.iterdir()] == ["home"]


def test_what_is_too_large_is_refused_before_and_while_it_comes(
    port: int, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "MOST", 3 * MB)
    address, let_in = "/api/upload/t.csv", {"X-Upload-Token": server.upload_token(home)}
    with tally(15, "bombs") as counts:
        for times in range(1, amount(4, 40)):
            start = time.monotonic()
            assert put(port, address, b"x" * (3 * MB + times), **let_in) == 413
            assert time.monotonic() - start < 3
            counts["too large"] += 1
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(start_of(home, 10**12))
            counts["said to be huge"] += b" 413 " in line.recv(200)
        counts["of no stated size"] += chunked(port, address, 4 * MB, let_in) == 413
        assert gone(home)
        monkeypatch.setattr(incoming, "SPARE", 1 << 60)
        assert put(port, address, **let_in) == 507
        counts["disk full"] += 1
        monkeypatch.undo()
        monkeypatch.setenv("MLL_HOME", str(home))
    assert gone(home)


def start_of(home: Path, size: int) -> bytes:
    """The header of an upload that says it is so large."""
    lines = ("PUT /api/upload/t.csv HTTP/1.1", "Host: x", f"Content-Length: {size}")
    token = f"X-Upload-Token: {server.upload_token(home)}"
    return "\r\n".join((*lines, token, "", "")).encode()


def chunked(port: int, address: str, size: int, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        blocks = (b"x" * (MB // 4) for _ in range(size * 4 // MB))
        connection.request("PUT", address, blocks, headers, encode_chunked=True)
        return connection.getresponse().status
    except ConnectionError:
        return 413
    finally:
        connection.close()


def test_an_upload_that_is_broken_off_leaves_nothing_and_others_go_on(
    port: int, home: Path
) -> None:
    let_in = {"X-Upload-Token": server.upload_token(home)}
    head = start_of(home, 5_000_000)
    slow: list[socket.socket] = []
    with tally(15, "broken off") as counts:
        for _ in range(amount(30, 300)):
            line = socket.create_connection(("127.0.0.1", port), timeout=10)
            line.sendall(head + b"x" * 5_000)
            slow.append(line)
        start = time.monotonic()
        assert put(port, "/api/upload/t.csv", **let_in) == 200
        took = time.monotonic() - start
        counts[f"half open, another answered after {took * 1000:.0f} ms"] = len(slow)
        assert took < 2
        for line in slow:
            line.close()
        end = time.monotonic() + 10
        while len(list((home / "uploads").iterdir())) > 1 and time.monotonic() < end:
            time.sleep(0.05)
    assert len(list((home / "uploads").iterdir())) == len(kept(home)) == 1
