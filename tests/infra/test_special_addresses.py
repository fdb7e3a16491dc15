"""Our table of addresses against the IANA registries, read anew as plain numbers."""

import random
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest

from mll_core.infra.special_addresses import is_metadata, special, unwrapped

IANA_V4 = """0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
192.0.0.0/24 192.0.0.0/29 192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32
192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24
198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 255.255.255.255/32 224.0.0.0/4
168.63.129.16/32"""
IANA_V6 = """::1/128 ::/128 ::ffff:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32
2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28
2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7
fe80::/10 fec0::/10 ff00::/8"""


def blocks(text: str, bits: int) -> list[tuple[int, int]]:
    """First and last address of each block, as numbers."""
    found = []
    for block in text.split():
        start, _, length = block.partition("/")
        first = int(ip_address(start))
        found.append((first, first + (1 << (bits - int(length))) - 1))
    return found


V4, V6 = blocks(IANA_V4, 32), blocks(IANA_V6, 128)


def inside(number: int, ranges: list[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in ranges)


def probes(ranges: list[tuple[int, int]], bits: int, many: int) -> list[int]:
    """Every edge of every block with its neighbours, and random addresses in and out of them."""
    draw = random.Random(7)
    edges = [n + step for pair in ranges for n in pair for step in (-1, 0, 1)]
    within = [draw.randint(first, last) for first, last in ranges for _ in range(20)]
    anywhere = [draw.getrandbits(bits) for _ in range(many)]
    return [n for n in (*edges, *within, *anywhere) if 0 <= n < 1 << bits]


def test_ipv4_is_judged_as_the_registry_says_at_every_edge() -> None:
    for number in probes(V4, 32, 20_000):
        assert bool(special(IPv4Address(number))) == inside(number, V4), IPv4Address(number)


def test_ipv6_is_judged_as_the_registry_says_at_every_edge() -> None:
    nat64 = int(IPv6Address("64:ff9b::"))
    for number in probes(V6, 128, 5_000) + [(1 << 125) | n for n in probes(V6, 125, 5_000)]:
        address = IPv6Address(number)
        if address.ipv4_mapped or nat64 <= number < nat64 + (1 << 32):
            expected = inside(number & 0xFFFFFFFF, V4)
        else:
            expected = inside(number, V6) or number >> 125 != 1
        assert bool(special(address)) == expected, address


@pytest.mark.parametrize("wrap", ["::ffff:{}", "64:ff9b::{}"])
def test_an_internal_address_in_a_wrapping_is_internal(wrap: str) -> None:
    for number in probes(V4, 32, 2_000):
        plain = IPv4Address(number)
        address = IPv6Address(wrap.format(plain))
        assert unwrapped(address) == plain
        assert bool(special(address)) == inside(number, V4)
        assert is_metadata(address) == is_metadata(plain)


def test_tunnels_are_refused_whatever_is_in_them() -> None:
    for text in ("2002:0808:0808::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2002:7f00:1::"):
        assert special(IPv6Address(text))


def test_what_python_calls_global_and_is_not_ours() -> None:
    for text in ("64:ff9b::a9fe:a9fe", "2002:7f00:1::", "ff02::1", "fec0::1", "::ffff:0:7f00:1"):
        assert special(IPv6Address(text)), text


def test_the_metadata_of_clouds_is_known_in_every_form() -> None:
    for text in ("169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "fd00:ec2::254"):
        assert is_metadata(ip_address(text))
    assert not is_metadata(ip_address("10.0.0.5"))
