"""Where a connector may connect to: a host is resolved once, and every address of it is checked.

``MLL_ALLOW_HOSTS=host[:port],...``, set by whoever runs the workbench, allows hosts of one's own
network, such as a company's database; ``MLL_ALLOW_IPV6=1`` allows IPv6.
"""

import os
import re
import socket
import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from mll_core.domain.errors import Forbidden, InvalidParameter, UnreadableSource
from mll_core.infra.special_addresses import Address, is_metadata, special, unwrapped

ALLOW, IPV6 = "MLL_ALLOW_HOSTS", "MLL_ALLOW_IPV6"
LONGEST = 2_000
"""Letters of an address."""
_SECONDS = 5.0
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_ALIKE = set("асԁеһіјӏорԛѕԝхуъьҽпгѵѡοανιρτυхкм")
"""Letters of other scripts that look like Latin ones."""

Resolve = Callable[[str, int], Sequence[str]]
"""A host and a port to the addresses of the host, as text."""


@dataclass(frozen=True)
class Place:
    """A host and port that may be connected to: only ever by ``address``, which was checked."""

    host: str
    port: int
    address: str
    internal: bool


def plain_host(text: str) -> str:
    """A host as it is resolved: lower case, no final dot. Raises InvalidParameter.

    Numbers are taken as four decimal parts only, other spellings of them are refused; names with
    letters beyond ASCII must be written in their ASCII form.
    """
    host = text.lower()
    if host.startswith("[") and host.endswith("]"):
        return _ipv6(host[1:-1])
    if not host.isascii():
        raise _odd(text, _ascii_hint(host))
    host = host.removesuffix(".")
    labels = host.split(".")
    if not host or len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - RFC 1035
        raise _odd(text, "A host is a name such as data.example.org, or four numbers.")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(host))
        except ValueError as error:
            hint = "Write an address as four decimal numbers, such as 192.0.2.7."
            raise _odd(text, hint) from error
    for label in labels:
        if label.startswith("xn--"):
            _refuse_lookalike(text, label)
    return host


def find(host: str, port: int, *, ports: Sequence[int], resolve: Resolve | None = None) -> Place:
    """Resolve once, check every address; the place to connect to. ``ports``: the usual ones.

    Raises Forbidden for what is not public and not allowed, UnreadableSource for unknown hosts.
    """
    allowed = _allowed(host, port)
    if port not in ports and not allowed:
        usual = ", ".join(map(str, ports))
        raise Forbidden(f"{host}: port {port} is not allowed.", hint=_leave(host, port, usual))
    addresses = [_parsed(text, host) for text in (resolve or _resolve)(host, port)]
    if os.environ.get(IPV6) != "1":
        addresses = [each for each in addresses if isinstance(unwrapped(each), IPv4Address)]
    if not addresses:
        hint = f"Check the spelling; hosts with IPv6 alone need {IPV6}=1."
        raise UnreadableSource(f"There is no host {host!r}.", hint=hint)
    found = [(address, special(address)) for address in addresses]
    for address, why in found:
        if is_metadata(address) or (why and not allowed):
            raise _internal(host, port, address, why)
    first = addresses[0]
    mapped = first.ipv4_mapped if isinstance(first, IPv6Address) else None
    return Place(host, port, str(mapped or first), internal=bool(found[0][1]))


def _internal(host: str, port: int, address: Address, why: str) -> Forbidden:
    where = host if host == str(address) else f"{host} ({address})"
    never = "Name another host: this one is never read, whoever allows it."
    hint = never if is_metadata(address) else _leave(host, port, "")
    return Forbidden(f"{where} is not on the public internet: {why or 'internal'}.", hint=hint)


def _allowed(host: str, port: int) -> bool:
    entries = [entry.strip().lower() for entry in os.environ.get(ALLOW, "").split(",")]
    return host in entries or f"{host}:{port}" in entries


def _leave(host: str, port: int, usual: str) -> str:
    told = f"Usual ports are {usual}. " if usual else ""
    return f"{told}Whoever runs the workbench may allow it by {ALLOW}={host}:{port}."


def _resolve(host: str, port: int) -> Sequence[str]:
    """By the machine's own resolver; a name server that is silent is not waited for."""
    found: list[str] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return  # an unknown host has no addresses
        found.extend(str(answer[4][0]) for answer in answers)

    asking = threading.Thread(target=ask, name="resolve", daemon=True)
    asking.start()
    asking.join(_SECONDS)
    return tuple(dict.fromkeys(found))


def _parsed(text: str, host: str) -> Address:
    try:
        return ip_address(text)
    except ValueError as error:
        hint = "Look at the name server."
        raise UnreadableSource(f"{host} resolves to no address.", hint=hint) from error


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except ValueError as error:
        raise _odd(f"[{text}]", "Write an IPv6 address in its short form.") from error
    if address.scope_id is not None:
        raise _odd(f"[{text}]", "Leave out the zone after '%'.")
    return str(address)


def _ascii_hint(host: str) -> str:
    folded = unicodedata.normalize("NFKC", host)
    if folded.isascii():
        return "Write it with plain letters and digits."
    try:
        return f"In plain letters it is {host.encode('idna').decode()}: write that, if you mean it."
    except UnicodeError:
        return "Write it with plain letters and digits."


def _refuse_lookalike(text: str, label: str) -> None:
    """Refuse a name that a person would read as another one (Unicode TR 39, as browsers do)."""
    try:
        letters = label[4:].encode().decode("punycode")
    except UnicodeError as error:
        raise _odd(text, "The part after xn-- means nothing.") from error
    if any(unicodedata.category(c)[0] not in "LMN" for c in letters if not c.isascii()):
        raise _odd(text, "The part after xn-- holds signs that are no letters.")
    other = [c for c in letters if not c.isascii()]
    latin = [c for c in letters if c.isascii() and c.isalpha()]
    scripts = {unicodedata.name(c, "?").split(" ")[0] for c in other if c.isalpha()} - {"LATIN"}
    if (latin and scripts) or len(scripts) > 1 or (scripts and set(other) <= _ALIKE):
        raise _odd(text, f"It reads {letters!r} and looks like another name.")


def _odd(host: str, hint: str) -> InvalidParameter:
    return InvalidParameter(f"{host[:100]!r} is no host that is taken.", hint=hint)
