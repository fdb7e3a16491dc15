"""Who comes in: the real server, real requests, accounts in a real workspace."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pages_server import Pages, pages
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from mll_core.workspace import Workspace

PASSWORD = "seven small wooden boats"
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace.open(tmp_path_factory.mktemp("door") / "home")
    workspace.setting_up.admin(workspace.setting_up.token(), "root", PASSWORD)
    workspace.accounts.create("ana", PASSWORD)
    return workspace


@pytest.fixture(scope="module")
def served(house: Workspace) -> Iterator[Pages]:
    with pages(house.home, {"MLL_AUTH": "local"}) as running:
        yield running


def form_of(client: httpx.Client, path: str = "/sign-in") -> str:
    found = re.search(r'name="form" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


@contextmanager
def trying(
    served: Pages, name: str = "ana", password: str = PASSWORD
) -> Iterator[tuple[httpx.Client, httpx.Response]]:
    """Somebody who fills in the form, and what they were answered."""
    with httpx.Client(base_url=served.url) as client:
        data = {"form": form_of(client), "name": name, "password": password, "next": "/train"}
        yield client, client.post("/sign-in", data=data)


def live(served: Pages, cookie: str = "") -> int:
    line = socket.create_connection(("127.0.0.1", served.port))
    more = {"Cookie": cookie} if cookie else {}
    try:
        address = f"ws://127.0.0.1:{served.port}/_stcore/stream"
        with connect(address, origin=served.url, sock=line, additional_headers=more) as opened:  # type: ignore[arg-type]
            return opened.response.status_code  # type: ignore[union-attr]
    except InvalidStatus as error:
        return error.response.status_code


def test_without_a_session_nothing_answers_but_the_way_in(served: Pages) -> None:
    for path in ("/", "/train?project=customers", "/nothing"):
        answer = httpx.get(f"{served.url}{path}", headers=PAGE)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=%2F")
    for path in ("/static/js/x.js", "/media/x", "/_stcore/host-config", "/api/upload/x"):
        assert httpx.get(f"{served.url}{path}").status_code == 401
    for method in ("PUT", "POST", "DELETE"):
        assert httpx.request(method, f"{served.url}/api/upload/x").status_code == 401
    assert live(served) == 403
    assert live(served, "mll_session=made-up") == 403
    assert httpx.get(f"{served.url}/_stcore/health").text == "ok"


def test_the_page_to_sign_in_has_no_scripts_and_a_policy_of_its_own(served: Pages) -> None:
    answer = httpx.get(f"{served.url}/sign-in", params={"next": '"><script>window.PWN=1</script>'})
    assert "<script" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_see(served: Pages) -> None:
    with trying(served) as (client, answer):
        assert (answer.status_code, answer.headers["location"]) == (303, "/train")
        cookie = next(c for c in answer.headers.get_list("set-cookie") if "mll_session=" in c)
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Secure" not in cookie
        assert client.get("/", headers=PAGE).status_code == 200
        assert live(served, f"mll_session={client.cookies['mll_session']}") == 101


def test_behind_https_the_cookie_is_secure(served: Pages) -> None:
    answer = httpx.get(f"{served.url}/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["set-cookie"]


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(served: Pages) -> None:
    told = set()
    for name, password in (("ana", "wrong"), ("nobody", "wrong"), ("'; --", "\0")):
        with trying(served, name, password) as (client, answer):
            assert answer.status_code == 403
            told.add(re.sub(r'value="[^"]*"', "", answer.text))
            assert "mll_session" not in client.cookies
    assert len(told) == 1


def test_a_form_is_only_taken_with_the_token_of_its_page(served: Pages) -> None:
    with httpx.Client(base_url=served.url) as client:
        good = {"form": form_of(client), "name": "ana", "password": PASSWORD}
        for bad in (
            {**good, "form": "x"},
            {**good, "form": ""},
            {"name": "ana", "password": PASSWORD},
        ):
            answer = client.post("/sign-in", data=bad)
            assert "open for too long" in answer.text
            assert "mll_session" not in client.cookies
            good["form"] = form_of(client)
        foreign = client.post("/sign-in", data=good, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403
        assert client.post("/sign-in", json=good).status_code == 403
        assert client.post("/sign-in", content=b"x" * (2 << 20)).status_code == 413


@pytest.mark.parametrize(
    "goes", ["//evil.example", "https://evil.example", "/\\evil", "javascript:1", "/a\r\nb"]
)
def test_signing_in_leads_to_our_own_pages_only(served: Pages, goes: str) -> None:
    with httpx.Client(base_url=served.url) as client:
        data = {"form": form_of(client), "name": "ana", "password": PASSWORD, "next": goes}
        assert client.post("/sign-in", data=data).headers["location"] == "/"


def test_signing_out_and_being_disabled_end_a_session_at_once(
    served: Pages, house: Workspace
) -> None:
    with trying(served) as (client, _):
        kept = f"mll_session={client.cookies['mll_session']}"
        assert client.get("/auth/logout").headers["location"] == "/sign-in"
        assert "mll_session" not in client.cookies
        assert live(served, kept) == 403
    house.accounts.create("gone", PASSWORD)
    with trying(served, "gone") as (client, _):
        assert client.get("/", headers=PAGE).status_code == 200
        house.accounts.disable("gone")
        assert client.get("/", headers=PAGE).status_code == 303
        assert live(served, f"mll_session={client.cookies['mll_session']}") == 403


def test_what_is_opened_from_elsewhere_is_asked_for_again_by_our_own_page(served: Pages) -> None:
    foreign = {**PAGE, "Sec-Fetch-Site": "cross-site"}
    answer = httpx.get(f"{served.url}/train?project=a", headers=foreign)
    assert answer.status_code == 200
    assert 'content="0;url=/train?project=a"' in answer.text


def test_a_set_up_token_makes_the_first_admin_once(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    token = workspace.setting_up.token()
    with (
        pages(workspace.home, {"MLL_AUTH": "local"}) as served,
        httpx.Client(base_url=served.url) as client,
    ):
        assert "set up the first account" in client.get("/sign-in").text
        data = {"token": token, "name": "Root", "password": PASSWORD, "again": PASSWORD}
        for wrong in ({"token": "x"}, {"again": "other"}, {"password": "short", "again": "short"}):
            sent = {**data, **wrong, "form": form_of(client, "/set-up")}
            answered = client.post("/set-up", data=sent)
            assert answered.status_code == 403
            assert f'value="{sent["token"]}"' in answered.text
            assert 'value="Root"' in answered.text
            assert PASSWORD not in answered.text
        given = form_of(client, "/set-up")
        done = client.post("/set-up", data={**data, "form": form_of(client, "/set-up")})
        assert done.status_code == 303
        assert client.get("/", headers=PAGE).status_code == 200
        assert "The first account was made" in client.get("/set-up").text
        again = client.post("/set-up", data={**data, "form": given})
        assert "The first account was made" in again.text
        assert token not in served.out.read_text()
    assert [account.name for account in workspace.accounts.all()] == ["root"]


def test_beyond_this_machine_nobody_is_answered_without_signing_in(tmp_path: Path) -> None:
    for command in (["ui", "--port", "18777"], []):
        words = [sys.executable, "-m", "mll_core.cli", *command, "--home", str(tmp_path / "home")]
        said = subprocess.run(
            [*words, "--host", "0.0.0.0"], capture_output=True, text=True, check=False
        )
        assert said.returncode == 2
        assert "0.0.0.0 can be reached from other machines" in said.stderr
        assert "hint: Set MLL_AUTH=local" in said.stderr
