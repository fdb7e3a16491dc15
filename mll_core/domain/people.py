"""Accounts and who has which role where."""

import re

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.identity import EVERYWHERE, Role
from mll_core.domain.value import Value

SHORTEST = 12
LONGEST = 1_000
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,199}")


class Account(Value):
    """Somebody who can sign in at the pages; times are UTC ISO text."""

    name: str
    external: bool = False
    """Signs in with the identity provider of the house, and has no password here."""
    created: str
    disabled: str | None = None


class Member(Value):
    """A role of an account in one project, or everywhere."""

    account: str
    role: Role
    project: str = EVERYWHERE


def account_name(name: str) -> str:
    """A name as it is kept: small letters, no accents, so none looks like another's.

    Raises InvalidParameter.
    """
    plain = name.strip().lower()
    if not _NAME.fullmatch(plain):
        what = "A name is made of a to z, digits and . _ @ + -, at most 200 of them."
        raise InvalidParameter(what, hint="Such as ana, or ana@example.org.")
    return plain


def check_password(name: str, password: str) -> None:
    """Raises InvalidParameter for a password that is too short, too long or the name."""
    if not SHORTEST <= len(password) <= LONGEST:
        what = f"A password has at least {SHORTEST} characters, and at most {LONGEST:,}."
        raise InvalidParameter(what, hint="Some words in a row are easy to remember.")
    if not password.isprintable():
        what = "A password has no line breaks or other characters that cannot be seen."
        raise InvalidParameter(what, hint="Type it again.")
    if password.lower() in (name, name.partition("@")[0]):
        raise InvalidParameter("The password is the name.", hint="Choose another.")
