"""A file of any size, brought by clicks: streamed to the disk, taken from our own form only."""

import os
import re
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from pages_server import Pages, pages

from mll_core.workspace import Workspace
from pages._ui.server import warming

MB = 1 << 20
EDGE = "----edge"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bring") / "home"
    Workspace.open(folder).database.close()
    return folder


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Pages]:
    with pages(home) as running:
        yield running


@pytest.fixture
def browser(served: Pages) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, trust_env=False, timeout=60) as client:
        yield client


def token(browser: httpx.Client, goes: str = "/home") -> str:
    """What the form of the page holds; its cookie is kept."""
    answer = browser.get("/bring", params={"next": goes})
    assert answer.status_code == 200
    assert "script" not in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    found = re.search(r'name="form" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def parts(form: str, name: str, blocks: Iterator[bytes], goes: str = "/home") -> Iterator[bytes]:
    """The body of the form, as a browser sends it."""
    for field, value in {"form": form, "next": goes}.items():
        yield f'--{EDGE}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n'.encode()
        yield f"{value}\r\n".encode()
    said = f'form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv'
    yield f"--{EDGE}\r\nContent-Disposition: {said}\r\n\r\n".encode()
    yield from blocks
    yield f"\r\n--{EDGE}--\r\n".encode()


def send(browser: httpx.Client, form: str, body: bytes, **more: str) -> httpx.Response:
    """The answer to a small file."""
    content = b"".join(parts(form, "t.csv", iter([body]), more.pop("goes", "/home")))
    headers = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
    return browser.post("/bring", content=content, headers={**headers, **more})


def files_of(home: Path) -> list[Path]:
    return [path for path in (home / "uploads").rglob("*") if path.is_file()]


def path_in(answer: httpx.Response) -> Path:
    assert answer.status_code == 303, answer.text
    return Path(httpx.URL(answer.headers["location"]).params["source"])


def settled(server: psutil.Process) -> None:
    """Until what is imported beside all else has come in: no growth for longer than its pause."""
    grown, since = server.memory_info().rss, time.monotonic()
    while time.monotonic() - since < warming.PAUSE + 1:
        time.sleep(0.2)
        if (now := server.memory_info().rss) > grown + MB:
            grown, since = now, time.monotonic()


def test_three_hundred_megabytes_come_in_and_the_server_holds_none_of_them(
    served: Pages, home: Path, browser: httpx.Client
) -> None:
    block = secrets.token_bytes(MB - 2) + b"\r\n"  # looks like an edge now and then
    form, server = token(browser), psutil.Process(served.pid)
    send(browser, form, b"a,b\n1,2\n")  # whatever is loaded once is loaded now
    settled(server)
    before, most, sent = server.memory_info().rss, 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not sent.is_set():
            most = max(most, server.memory_info().rss)
            time.sleep(0.02)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        body = parts(form, "../Große Datei.csv", (block for _ in range(300)))
        headers = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
        answer = browser.post("/bring", content=body, headers=headers)
    finally:
        sent.set()
        watching.join()
    path = path_in(answer)
    assert httpx.URL(answer.headers["location"]).path == "/home"
    assert path.parent.parent == home / "uploads"
    assert path.name == "Große_Datei.csv"
    assert path.stat().st_size == 300 * MB
    with path.open("rb") as file:
        for _ in range(300):
            assert file.read(MB) == block
    print(f"grew by {(most - before) / MB:.1f} MB")
    assert most - before < 50 * MB
    path.unlink()


def test_who_brought_what_is_in_the_log(home: Path, browser: httpx.Client) -> None:
    path = path_in(send(browser, token(browser), b"a,b\n1,2\n"))
    assert path.read_bytes() == b"a,b\n1,2\n"
    told = Workspace.open(home).events(limit=1)[0]
    assert told.kind == "upload.brought"
    assert told.detail == {"file": f"{path.parent.name}/t.csv", "bytes": 8}
    assert told.actor


def test_only_our_own_form_is_taken(home: Path, browser: httpx.Client) -> None:
    form, before = token(browser), files_of(home)
    assert send(browser, "wrong", b"a").status_code == 403
    assert send(browser, "", b"a").status_code == 403
    assert send(browser, form, b"a", Origin="https://evil.example").status_code == 403
    assert send(browser, form, b"a", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    kept = dict(browser.cookies)
    browser.cookies.clear()
    refused = send(browser, form, b"a")
    assert (refused.status_code, "Try again" in refused.text) == (403, True)
    assert files_of(home) == before
    browser.cookies.update(kept)
    assert path_in(send(browser, form, b"a")).is_file()


@pytest.mark.parametrize(
    ("goes", "to"),
    [
        ("/monitor?project=churn", "/monitor"),
        ("/people", "/home"),
        ("https://evil.example/home", "/home"),
        ("//evil.example/home", "/home"),
    ],
)
def test_the_file_goes_on_to_a_page_that_takes_it(
    browser: httpx.Client, goes: str, to: str
) -> None:
    answer = send(browser, token(browser, goes), b"a,b\n1,2\n", goes=goes)
    assert path_in(answer).is_file()
    went = httpx.URL(answer.headers["location"])
    assert (went.host, went.path) == ("", to)
    assert went.params.get("project") == ("churn" if to == "/monitor" else None)


def test_what_is_no_form_or_breaks_off_leaves_nothing(home: Path, browser: httpx.Client) -> None:
    form, before = token(browser), files_of(home)
    whole = b"".join(parts(form, "t.csv", iter([b"a,b\n" * 1_000])))
    for body, kind in (
        (whole[:-500], f"multipart/form-data; boundary={EDGE}"),
        (
            whole.replace(b'filename="t.csv"', b'filename=""'),
            f"multipart/form-data; boundary={EDGE}",
        ),
        (whole, "multipart/form-data; boundary=other"),
        (whole, "multipart/form-data"),
        (b"form=1", "application/x-www-form-urlencoded"),
        (b"", ""),
    ):
        answer = browser.post("/bring", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 400, kind
        assert 'role="alert"' in answer.text
    assert files_of(home) == before
    assert browser.put("/bring", content=b"").status_code == 405


def test_a_file_that_is_too_large_is_refused_before_it_comes(tmp_path: Path) -> None:
    small = tmp_path / "home"
    Workspace.open(small).database.close()
    with (
        pages(small, {"MLL_LARGEST_UPLOAD_MB": "1"}) as served,
        httpx.Client(base_url=served.url, trust_env=False, timeout=60) as browser,
    ):
        answer = send(browser, token(browser), os.urandom(2 * MB))
        assert answer.status_code == 413
        assert "larger than 1 MB" in answer.text
        assert not files_of(small)
