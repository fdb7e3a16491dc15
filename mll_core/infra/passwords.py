"""Passwords as argon2 keeps them; the same work is done whether a name is known or not."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()
"""With the parameters of RFC 9106 for memory-constrained machines: 64 MiB, three passes."""


def hashed(password: str) -> str:
    """A new salted hash of ``password``, with the parameters in it."""
    return HASHER.hash(password)


def right(password: str, kept: str | None) -> bool:
    """Whether ``kept`` is the hash of ``password``; None never is, and takes as long to say."""
    try:
        given = password.encode("utf-8", "surrogatepass")
        return HASHER.verify(kept or _nobodys(), given) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether ``kept`` was made with other parameters than are used now."""
    return HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody has this password")
