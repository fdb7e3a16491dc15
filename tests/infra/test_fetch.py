"""Files from real servers on loopback: what is fetched, and what is refused before or while."""

import gzip
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from web_servers import CSV, Server, certified, drips, says, serving

from mll_core.domain.errors import Forbidden, InvalidParameter, MllError, Stopped, UnreadableSource
from mll_core.infra.addresses import ALLOW
from mll_core.infra.fetch import Fetched, Fetcher
from mll_core.infra.metered import Patience
from mll_core.infra.secret_store import ENVIRONMENT

QUICK = Patience(connect=2.0, stalled=0.6, free=1.2, slowest=20_000, most=1 << 20)


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Allow loopback hosts, as whoever runs the workbench would."""

    def allowed(*hosts: str) -> None:
        monkeypatch.setenv(ALLOW, ",".join(hosts))

    return allowed


def get(server: Server, folder: Path, path: str = "/t.csv") -> Fetched:
    return Fetcher(QUICK).get(server.url(path), folder)


def test_a_file_is_fetched_as_it_is(tmp_path: Path, allow: Callable[..., None]) -> None:
    with serving(says(Content_Type="text/csv; charset=utf-8")) as server:
        allow(f"127.0.0.1:{server.port}")
        found = get(server, tmp_path, "/data/t.csv?x=1&y=a%20b#part")
    assert found.path.read_bytes() == CSV
    assert (found.size, found.media_type, found.protected) == (len(CSV), "text/csv", False)
    (asked,) = server.asked
    assert asked.startswith(b"GET /data/t.csv?x=1&y=a%20b HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in asked


def test_loopback_is_not_fetched_unless_allowed(tmp_path: Path) -> None:
    with serving(says()) as server:
        with pytest.raises(Forbidden, match="not allowed"):
            get(server, tmp_path)
        assert not server.asked


def test_the_environments_proxies_are_not_used(
    tmp_path: Path, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(says(b"from the proxy")) as proxy, serving(says()) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        allow(f"127.0.0.1:{server.port}", f"127.0.0.1:{proxy.port}")
        assert get(server, tmp_path).path.read_bytes() == CSV
        assert not proxy.asked


def test_a_name_is_resolved_once_and_connected_to_where_it_was_checked(
    tmp_path: Path, allow: Callable[..., None]
) -> None:
    answers: list[Sequence[str]] = [["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"]]
    with serving(says()) as server:
        allow(f"data.test:{server.port}")
        fetcher = Fetcher(QUICK, resolve=lambda host, port: answers.pop(0))
        found = fetcher.get(server.url(host="data.test"), tmp_path)
    assert found.path.read_bytes() == CSV
    assert answers == [["169.254.169.254"], ["10.0.0.1"]]
    assert f"Host: data.test:{server.port}".encode() in server.asked[0]


def test_a_name_that_rebinds_at_a_redirect_is_refused(
    tmp_path: Path, allow: Callable[..., None]
) -> None:
    answers: list[Sequence[str]] = [["127.0.0.1"], ["169.254.169.254"]]
    with serving(says(b"", status="302 Found", Location="/again")) as server:
        allow(f"data.test:{server.port}")
        fetcher = Fetcher(QUICK, resolve=lambda host, port: answers.pop(0))
        with pytest.raises(Forbidden, match="public internet"):
            fetcher.get(server.url(host="data.test"), tmp_path)
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "location",
    [
        *("file:///etc/passwd", "ftp://h/x", "gopher://h/x", "data:text/csv,a", "javascript:x"),
        *(
            "http://169.254.169.254/latest/meta-data/",
            "//10.0.0.1/",
            "http://[::1]/",
            "http://h:22/",
        ),
        *("http://2130706433/", "http://localhost/", "http://127.0.0.1:1/", "http://a@127.0.0.1/"),
        *("https://user:{secret:key}@127.0.0.1/", "/x?k={secret:key}", "", "\\\\h\\x"),
    ],
)
def test_where_a_redirect_must_not_lead(
    location: str, tmp_path: Path, allow: Callable[..., None]
) -> None:
    with serving(says(b"", status="301 Moved", Location=location)) as server:
        allow(f"127.0.0.1:{server.port}")
        with pytest.raises((Forbidden, InvalidParameter, UnreadableSource)) as caught:
            get(server, tmp_path)
        assert caught.value.hint
        assert len(server.asked) == 1
    assert not list(tmp_path.iterdir())


def test_three_redirects_are_followed_and_no_more(
    tmp_path: Path, allow: Callable[..., None]
) -> None:
    def step(peer: "os.PathLike[str]", asked: bytes) -> None:
        number = int(asked.split()[1].strip(b"/").partition(b".")[0])
        more = says(b"", status="307 Go", Location=f"/{number - 1}.csv")
        (more if number else says())(peer, asked)  # type: ignore[arg-type]

    with serving(step) as server:  # type: ignore[arg-type]
        allow(f"127.0.0.1:{server.port}")
        assert get(server, tmp_path, "/3.csv").path.read_bytes() == CSV
        with pytest.raises(UnreadableSource, match="More than 3 redirects"):
            get(server, tmp_path, "/4.csv")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        *(("404 No", "has no such file"), ("500 Oh", "has a fault"), ("401 Who", "asks who you")),
        *(("403 No", "does not give"), ("429 Wait", "too often"), ("204 Nothing", "gives nothing")),
        *(
            ("206 Part", "gives nothing"),
            ("304 Same", "gives nothing"),
            ("503 Busy", "has a fault"),
        ),
    ],
)
def test_refusals_of_the_server_are_sentences(
    status: str, said: str, tmp_path: Path, allow: Callable[..., None]
) -> None:
    with serving(says(b"<html>", status=status)) as server:
        allow(f"127.0.0.1:{server.port}")
        with pytest.raises(UnreadableSource, match=said) as caught:
            get(server, tmp_path)
    assert caught.value.hint


ENDLESS = drips(b"HTTP/1.1 200 OK\r\n\r\n", b"1,2\n" * 50_000, 0)
DRIP = drips(b"HTTP/1.1 200 OK\r\n\r\n", b"1", 0.05)
SLOW_HEAD = drips(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05)
SLOW_CHUNK = drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x", 0.05)
ENDLESS_HEAD = drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1_000, 0)
SILENT = drips(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12", b"", 1)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ENDLESS, "larger than 1 MB"),
        (says(b"", length=10 << 20), "larger than 1 MB"),
        (DRIP, "too slow"),
        (SLOW_HEAD, "too slow"),
        (SLOW_CHUNK, "too slow"),
        (SILENT, "too slow: silent"),
        (ENDLESS_HEAD, "does not speak HTTP"),
        (says(CSV, length=500), "promised 500 bytes and sent"),
        (lambda peer, _: peer.sendall(CHUNKED + b"ff\r\nhalf"), "broke off"),
        (lambda peer, _: peer.sendall(CHUNKED + b"zz\r\n"), "broke off"),
        (lambda peer, _: peer.sendall(b"hello\r\n\r\n"), "does not speak HTTP"),
        (lambda peer, _: None, "does not"),
        (says(CSV, Content_Encoding="br"), "packed its answer"),
        (says(CSV, Content_Encoding="gzip, gzip"), "packed its answer"),
    ],
    ids=range(14),
)
def test_hostile_answers_end_in_a_sentence_soon(
    answer: Callable[..., None], said: str, tmp_path: Path, allow: Callable[..., None]
) -> None:
    started = time.monotonic()
    with serving(answer) as server:
        allow(f"127.0.0.1:{server.port}")
        with pytest.raises(UnreadableSource, match=said):
            get(server, tmp_path)
    assert time.monotonic() - started < 4


def test_a_packed_answer_stays_packed_for_the_reader(
    tmp_path: Path, allow: Callable[..., None]
) -> None:
    with serving(says(gzip.compress(CSV), Content_Encoding="gzip")) as server:
        allow(f"127.0.0.1:{server.port}")
        found = get(server, tmp_path)
    assert found.path.name == "t.csv.gz"
    assert gzip.decompress(found.path.read_bytes()) == CSV


def test_certificates_are_checked_against_the_name(
    tmp_path: Path, allow: Callable[..., None]
) -> None:
    theirs, ours = certified(tmp_path, "data.test")
    with serving(says(), theirs) as server:
        allow(f"data.test:{server.port}", f"other.test:{server.port}")
        trusting = Fetcher(QUICK, resolve=lambda host, port: ["127.0.0.1"], tls=ours)
        found = trusting.get(server.url(host="data.test", scheme="https"), tmp_path)
        assert found.protected
        with pytest.raises(UnreadableSource, match="cannot prove who it is"):
            trusting.get(server.url(host="other.test", scheme="https"), tmp_path)
        unknown = Fetcher(QUICK, resolve=lambda host, port: ["127.0.0.1"])
        with pytest.raises(UnreadableSource, match="cannot prove who it is"):
            unknown.get(server.url(host="data.test", scheme="https"), tmp_path)
        assert len(server.asked) == 1


def test_a_server_that_drips_its_handshake_is_given_up(
    tmp_path: Path, allow: Callable[..., None]
) -> None:
    drip = drips(b"\x16\x03\x03\x3f\xff", b"\x02", 0.05)
    with serving(drip) as server:
        allow(f"127.0.0.1:{server.port}")
        quick = Fetcher(Patience(connect=1.0))
        started = time.monotonic()
        with pytest.raises(UnreadableSource, match="does not answer"):
            quick.get(server.url(scheme="https"), tmp_path)
    assert time.monotonic() - started < 4


def test_no_redirect_gives_protection_up(tmp_path: Path, allow: Callable[..., None]) -> None:
    theirs, ours = certified(tmp_path, "data.test")
    with serving(says()) as plain:
        lead = says(b"", status="302 Found", Location=plain.url())
        with serving(lead, theirs) as server:
            allow(f"data.test:{server.port}", f"127.0.0.1:{plain.port}")
            fetcher = Fetcher(QUICK, resolve=lambda host, port: ["127.0.0.1"], tls=ours)
            with pytest.raises(Forbidden, match="without protection"):
                fetcher.get(server.url(host="data.test", scheme="https"), tmp_path)
        assert not plain.asked


def test_no_network_is_a_sentence(tmp_path: Path, allow: Callable[..., None]) -> None:
    with serving(says()) as server:
        pass
    allow(f"127.0.0.1:{server.port}")
    with pytest.raises(UnreadableSource, match="does not answer"):
        get(server, tmp_path)
    with pytest.raises(UnreadableSource, match="There is no host"):
        Fetcher(QUICK, resolve=lambda host, port: []).get("https://data.test/t.csv", tmp_path)


def test_stop_is_heard_while_a_server_is_silent(tmp_path: Path, allow: Callable[..., None]) -> None:
    def stop(share: float, _: str) -> None:
        raise Stopped("Stopped.", hint="Start again.")

    with serving(SILENT) as server:
        allow(f"127.0.0.1:{server.port}")
        with pytest.raises(Stopped):
            Fetcher().get(server.url(), tmp_path, stop)


def test_a_secret_goes_to_its_host_and_nowhere_else(
    tmp_path: Path, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{ENVIRONMENT}KEY", "canary&1")
    monkeypatch.setenv(f"{ENVIRONMENT}KEY_HOST", "127.0.0.1")
    with serving(says()) as server:
        allow(f"127.0.0.1:{server.port}")
        get(server, tmp_path, "/t.csv?key={secret:key}")
        asked = f"http://ana:{{secret:key}}@127.0.0.1:{server.port}/t.csv"
        Fetcher(QUICK).get(asked, tmp_path)
    assert b"?key=canary%261 " in server.asked[0]
    assert b"Authorization: Basic YW5hOmNhbmFyeSYx\r\n" in server.asked[1]
    monkeypatch.setenv(f"{ENVIRONMENT}KEY_HOST", "other.test")
    with serving(says()) as server:
        allow(f"127.0.0.1:{server.port}")
        with pytest.raises(Forbidden, match=r"belongs to other\.test"):
            get(server, tmp_path, "/t.csv?key={secret:key}")
        assert not server.asked


def test_a_redirect_gets_no_secret_and_no_refusal_repeats_one(
    tmp_path: Path, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{ENVIRONMENT}KEY", "canary-1")
    monkeypatch.setenv(f"{ENVIRONMENT}KEY_HOST", "127.0.0.1")
    said: list[str] = []
    with serving(says(b"canary-1", status="404 canary-1")) as last:
        lead = says(b"", status="302 Found", Location=f"{last.url()}?key=canary-1")
        with serving(lead) as server:
            allow(f"127.0.0.1:{server.port}", f"127.0.0.1:{last.port}")
            asked = f"http://ana:{{secret:key}}@127.0.0.1:{server.port}/t?k={{secret:key}}"
            with pytest.raises(MllError) as caught:
                Fetcher(QUICK).get(asked, tmp_path)
            said.append(f"{caught.value} {caught.value.hint}")
    assert b"Authorization" not in last.asked[0]
    assert "canary" not in said[0]
