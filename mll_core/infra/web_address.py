"""Web addresses, taken apart strictly: what two readers could read in two ways is refused."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin

from mll_core.domain.errors import Forbidden, InvalidParameter
from mll_core.domain.source_address import SCHEME, user_and_password
from mll_core.infra.addresses import LONGEST, plain_host

PORTS = {"https": 443, "http": 80}
_PARTS = re.compile(r"(?P<scheme>https?)://(?P<place>[^/?#]*)(?P<target>[^#]*)(#.*)?", re.I)
_PORT = re.compile(r"(.*?)(?::([0-9]{1,5}))?")
_BAD = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True)
class WebAddress:
    """``user`` and ``password`` may be references to secrets; ``target`` is path and query."""

    scheme: str
    host: str
    port: int
    target: str
    user: str = ""
    password: str = ""

    @property
    def name(self) -> str:
        """The last part of the path, fit for a file; "" when there is none."""
        last = unquote(self.target.partition("?")[0]).rpartition("/")[2]
        return re.sub(r"[^A-Za-z0-9._-]+", "_", last).strip("._")[-80:]

    @property
    def shown(self) -> str:
        """The address as an error may show it: without user, password and query."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self._bracketed}{port}{self.target.partition('?')[0][:200]}"

    @property
    def authority(self) -> str:
        """Host and port as the Host header names them."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self._bracketed}{port}"

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def parse(url: str) -> WebAddress:
    """Take ``url`` apart. Raises InvalidParameter, Forbidden for another scheme."""
    if len(url) > LONGEST:
        raise _wrong(f"The web address has {len(url):,} letters.", f"At most {LONGEST:,} are read.")
    if _BAD.search(url):
        raise _wrong("The web address holds a space, a backslash or a control sign.", "Remove it.")
    parts = _PARTS.fullmatch(url)
    if parts is None:
        other = SCHEME.match(url)
        what = f"{other[1]}:// is" if other else "It is"
        raise Forbidden(f"{what} no web address.", hint="Only https:// and http:// are fetched.")
    scheme = parts["scheme"].lower()
    user, at, place = parts["place"].rpartition("@")
    if "@" in user or ("%" in place) or place.endswith(":"):
        raise _wrong("The host of the web address is not plain.", "Write https://host/path.")
    if at and "{secret:" not in user:
        hint = "Leave out what stands before '@', or name a secret there: {secret:NAME}."
        raise _wrong("The web address carries a user's name.", hint)
    host, port = _split(place)
    found = _port(port, scheme)
    target = quote(parts["target"] or "/", safe="/?&=:;,+%~!$'()*@.-_[]{}|^`\"<>")
    target = target if target.startswith("/") else f"/{target}"
    return WebAddress(scheme, plain_host(host), found, target, *user_and_password(user))


def follow(here: WebAddress, location: str) -> WebAddress:
    """Where a redirect leads. Raises Forbidden when protection would be lost, and as ``parse``."""
    there = parse(urljoin(f"{here.scheme}://{here.authority}{here.target}", location))
    if here.scheme == "https" and there.scheme == "http":
        what = f"{here.host} leads on to an address without protection (http)."
        raise Forbidden(what, hint="Give the final address itself, if you trust the way there.")
    if there.user or there.password or "{secret:" in there.target:
        raise Forbidden(f"{here.host} asks for a secret.", hint="Give the final address itself.")
    return there


def _split(place: str) -> tuple[str, str | None]:
    if place.startswith("["):
        host, bracket, rest = place.partition("]")
        if not bracket or (rest and not re.fullmatch(r":[0-9]{1,5}", rest)):
            raise _wrong("The host of the web address is not plain.", "Write https://host/path.")
        return host + bracket, rest[1:] or None
    found = _PORT.fullmatch(place)
    assert found is not None  # the first part takes anything
    return found[1], found[2]


def _port(text: str | None, scheme: str) -> int:
    port = int(text) if text else PORTS[scheme]
    if not 0 < port < 1 << 16:
        raise _wrong(f"There is no port {text}.", "Ports go from 1 to 65535.")
    return port


def _wrong(what: str, hint: str) -> InvalidParameter:
    return InvalidParameter(what, hint=hint)
