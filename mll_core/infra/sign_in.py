"""How people come in: nobody signs in, accounts of our own, or the identity provider of the house.

MLL_AUTH says which. Without signing in the pages are for one person on this machine.
"""

import ipaddress
import os
from enum import StrEnum

from mll_core.domain.errors import InvalidParameter, NotReady, nearest


class SignIn(StrEnum):
    """What MLL_AUTH may say."""

    NONE = "none"
    LOCAL = "local"
    OIDC = "oidc"


def sign_in() -> SignIn:
    """What MLL_AUTH says; nothing means none. Raises InvalidParameter."""
    said = os.environ.get("MLL_AUTH", "").strip().lower() or SignIn.NONE.value
    if said not in list(SignIn):
        raise InvalidParameter(f"MLL_AUTH is {said!r}.", hint=nearest(said, list(SignIn)))
    return SignIn(said)


def check_address(host: str) -> None:
    """Raises NotReady when others could reach the pages and nobody would have to sign in."""
    if is_loopback(host) or sign_in() is not SignIn.NONE:
        return
    what = f"{host} can be reached from other machines, and nobody would have to sign in."
    hint = "Set MLL_AUTH=local for accounts of its own, or MLL_AUTH=oidc."
    raise NotReady(what, hint=hint)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
