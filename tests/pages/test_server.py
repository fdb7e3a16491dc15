import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pages_server import Pages, pages
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from mll_core.workspace import Workspace
from pages._ui.server.serve import application
from pages._ui.server.upload_route import upload_token

LIVE = "/_stcore/stream"
EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server") / "home"
    Workspace.open(folder).database.close()
    return folder


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Pages]:
    with pages(home, {"MLL_HOSTS": "bench.example, Other.Example."}) as running:
        yield running


def live(served: Pages, host: str, origin: str | None) -> int:
    """The status with which the server answers a WebSocket's handshake."""
    address = f"ws://{host}{LIVE}"
    line = socket.create_connection(("127.0.0.1", served.port))
    try:
        with connect(address, origin=origin, sock=line) as opened:  # type: ignore[arg-type]
            return opened.response.status_code  # type: ignore[union-attr]
    except InvalidStatus as error:
        return error.response.status_code


HOSTS = (
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "",
    "a@localhost",
    "10.0.0.1",
)


@pytest.mark.parametrize("host", HOSTS)
def test_a_name_that_is_not_ours_is_answered_with_one_sentence(served: Pages, host: str) -> None:
    answer = served.raw(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert b" 400 " in answer.splitlines()[0]
    assert b"This name is not one the workbench answers to" in answer
    assert b"<html" not in answer


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "bench.example", "OTHER.example.:80"])
def test_our_names_and_those_of_mll_hosts_are_answered(served: Pages, host: str) -> None:
    assert httpx.get(served.url, headers={"Host": host}).status_code == 200


def test_the_websocket_opens_for_our_own_pages_only(served: Pages) -> None:
    ours = f"127.0.0.1:{served.port}"
    assert live(served, ours, f"http://{ours}") == 101
    assert live(served, "bench.example", "https://bench.example") == 101
    for host, origin in (
        (ours, EVIL),
        (ours, "null"),
        (ours, f"http://localhost:{served.port + 1}"),
        (ours, f"http://{ours}.evil.example"),
        ("evil.example", f"http://{ours}"),
        ("evil.example", "http://evil.example"),
        (f"localhost:{served.port}", f"http://{ours}"),
    ):
        assert live(served, host, origin) in (400, 403), (host, origin)


def test_another_site_can_change_nothing(served: Pages, home: Path) -> None:
    token = {"X-Upload-Token": upload_token(home)}
    address = f"{served.url}/api/upload/t.csv"
    for foreign in ({"Origin": EVIL}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = httpx.put(address, content=b"a,b\n", headers={**token, **foreign})
        assert (answer.status_code, answer.text) == (403, "Another site may not do this here.\n")
        assert "access-control-allow-origin" not in answer.headers
    asked = httpx.options(address, headers={"Origin": EVIL, "Access-Control-Request-Method": "PUT"})
    assert "access-control-allow-origin" not in asked.headers
    assert httpx.put(f"{address}?token={token['X-Upload-Token']}", content=b"a").status_code == 403
    assert httpx.put(address, content=b"a,b\n", headers=token).status_code == 200
    assert httpx.put(f"{served.url}/_stcore/upload_file/a/b", content=b"x").status_code == 403


def test_the_token_of_the_upload_route_is_there_before_anybody_asks(tmp_path: Path) -> None:
    application(tmp_path)
    assert len((tmp_path / "upload.token").read_text()) > 32


def test_every_answer_carries_the_security_headers(served: Pages) -> None:
    for path in (
        "/",
        "/train",
        "/_stcore/health",
        "/nothing/here",
        "/api/upload/x",
        "/_stcore/metrics",
    ):
        headers = httpx.get(f"{served.url}{path}").headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in script
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "server" not in headers


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/script-health-check"]
)
def test_what_only_an_operator_should_see_is_shut(served: Pages, path: str) -> None:
    answer = httpx.get(f"{served.url}{path}")
    assert (answer.status_code, answer.text) == (404, "There is nothing here.\n")


def test_who_does_not_finish_a_header_is_let_go_and_a_body_has_its_size(served: Pages) -> None:
    start = time.monotonic()
    said: list[bytes] = []
    slow = threading.Thread(
        target=lambda: said.append(served.raw(b"GET / HTTP/1.1\r\nHost: lo", 20))
    )
    slow.start()
    large = {"Content-Length": str(300 << 20)}
    for path in ("/", "/_stcore/upload_file/a/b"):
        head = (
            f"PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {large['Content-Length']}"
        )
        assert b" 413 " in served.raw(f"{head}\r\n\r\n".encode())
    assert b" 4" in served.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000)[:20]
    slow.join()
    assert said == [b""]
    assert 8 < time.monotonic() - start < 16


def test_an_error_of_the_server_is_an_id_and_its_traceback_stays_in_the_log(
    served: Pages, home: Path
) -> None:
    token = home / "upload.token"
    kept = token.read_text()
    token.write_bytes(b"\xff\xfe")  # a bug of ours, for once: the token cannot be read
    try:
        answer = httpx.put(f"{served.url}/api/upload/x", content=b"x")
    finally:
        token.write_text(kept)
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "UnicodeDecodeError" not in answer.text
    number = answer.text.split("Error ")[1][:8]
    logged = (home / "logs" / "pages.log").read_text()
    assert f"error {number}: /api/upload/x" in logged
    assert "UnicodeDecodeError" in logged
    assert answer.headers["x-content-type-options"] == "nosniff"
