"""Which addresses of the internet a connector may speak to: public ones, and no tunnel to others.

Source: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890, RFC 8190).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_V4 = {
    "this network": "0.0.0.0/8",
    "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16",
    "shared by a provider": "100.64.0.0/10",
    "this machine": "127.0.0.0/8",
    "link-local, where clouds keep their metadata": "169.254.0.0/16",
    "the metadata of a cloud": "168.63.129.16/32",
    "kept for protocols": "192.0.0.0/24 192.31.196.0/24 192.52.193.0/24 192.175.48.0/24",
    "a relay": "192.88.99.0/24",
    "for documentation": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24",
    "for measurements": "198.18.0.0/15",
    "multicast": "224.0.0.0/4",
    "reserved": "240.0.0.0/4",
}
_V6 = {
    "kept for protocols or a tunnel": "2001::/23 2002::/16 2620:4f:8000::/48",
    "for documentation": "2001:db8::/32 3fff::/20",
}
_SPECIAL_V4 = [(IPv4Network(n), why) for why, nets in _V4.items() for n in nets.split()]
_SPECIAL_V6 = [(IPv6Network(n), why) for why, nets in _V6.items() for n in nets.split()]
_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER = (IPv4Network("169.254.0.0/16"), IPv4Network("168.63.129.16/32"))


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, 6to4, Teredo, NAT64), else itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def special(address: Address) -> str:
    """What is special about an address, in words; "" for one of the public internet."""
    inner = unwrapped(address)
    if isinstance(inner, IPv4Address):
        why = next((why for net, why in _SPECIAL_V4 if inner in net), "")
        if why or isinstance(address, IPv4Address) or address.ipv4_mapped or address in _NAT64:
            return why
    if address not in _GLOBAL_V6:
        known = {"this machine": address.is_loopback, "multicast": address.is_multicast}
        return next((why for why, so in known.items() if so), "of no public network")
    return next((why for net, why in _SPECIAL_V6 if address in net), "")


def is_metadata(address: Address) -> bool:
    """Whether a cloud keeps its keys there: such an address is refused even to allowed names."""
    inner = unwrapped(address)
    if isinstance(inner, IPv4Address):
        return any(inner in net for net in _NEVER)
    return inner.is_link_local or inner == IPv6Address("fd00:ec2::254")
