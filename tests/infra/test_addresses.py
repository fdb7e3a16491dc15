"""A host is resolved once, and every address of it is checked before anybody connects."""

from collections.abc import Sequence

import pytest

from mll_core.domain.errors import Forbidden, InvalidParameter, UnreadableSource
from mll_core.infra.addresses import ALLOW, IPV6, Place, find, plain_host

PUBLIC, OTHER = "93.184.215.14", "93.184.215.15"


class Names:
    """A name server: each question is answered by the next of its answers."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def place(*answers: Sequence[str], host: str = "data.test", port: int = 443) -> Place:
    return find(host, port, ports=(443, 80), resolve=Names(*answers))


def test_a_public_host_is_reached_by_its_checked_address() -> None:
    assert place([PUBLIC, OTHER]) == Place("data.test", 443, PUBLIC, internal=False)


@pytest.mark.parametrize("other", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::ffff:7f00:1"])
def test_one_internal_address_among_public_ones_refuses_the_host(other: str) -> None:
    with pytest.raises(Forbidden, match="not on the public internet"):
        place([PUBLIC, other])


def test_an_allowed_host_may_be_internal_on_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ALLOW, "other, data.test:5432")
    assert place(["10.0.0.5"], port=5432).internal
    with pytest.raises(Forbidden):
        place(["10.0.0.5"])
    with pytest.raises(Forbidden, match="port 5433"):
        place(["10.0.0.5"], port=5433)
    monkeypatch.setenv(ALLOW, "data.test")
    assert place(["10.0.0.5"], port=7).address == "10.0.0.5"


def test_the_metadata_of_a_cloud_is_refused_even_to_an_allowed_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(ALLOW, "data.test")
    for address in ("169.254.169.254", "168.63.129.16", "::ffff:a9fe:a9fe"):
        with pytest.raises(Forbidden):
            place([address])


def test_ipv6_is_off_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    six = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
    with pytest.raises(UnreadableSource, match="no host"):
        place([six])
    assert place([six, PUBLIC]).address == PUBLIC
    monkeypatch.setenv(IPV6, "1")
    assert place([six]).address == six
    with pytest.raises(Forbidden):
        place(["fe80::1"])


def test_an_unknown_host_and_a_port_that_is_not_usual_are_said() -> None:
    with pytest.raises(UnreadableSource, match="no host"):
        place([])
    with pytest.raises(Forbidden, match="port 22 is not allowed") as caught:
        place([PUBLIC], port=22)
    assert "MLL_ALLOW_HOSTS=data.test:22" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Data.Example.ORG", "data.example.org"),
        ("example.org.", "example.org"),
        ("8.8.8.8", "8.8.8.8"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("a_b.example.org", "a_b.example.org"),
    ],
)
def test_hosts_that_are_taken(text: str, host: str) -> None:
    assert plain_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        *("2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.01", "1.2.3.4.5"),
        *("①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "münchen.de", "аррӏе.com"),  # noqa: RUF001
        *("xn--80ak6aa92e.com", "xn--pple-43d.com", "xn--a.com", "", ".", "..", "a..b", "-a.b"),
        *("a b", "a/b", "a%2e", "a\0b", "a@b", "a:1", "x" * 64, f"{'a.' * 130}b", "[::1", "[x]"),
        *("[fe80::1%eth0]", "[::1]]", "256.1.1.1", "1.2.3.0x4", "/tmp", "host,host"),
    ],
)
def test_odd_spellings_of_hosts_are_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match="no host that is taken") as caught:
        plain_host(text)
    assert caught.value.hint
