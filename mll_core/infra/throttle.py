"""Guessing passwords gets slower: after some wrong tries in a row a name has to wait."""

import hashlib
import math

import sqlalchemy as sql

from mll_core.domain.errors import Forbidden
from mll_core.infra.tables import TRIES

FREE = 5
"""Wrong tries in a row that cost no waiting."""
LONGEST = 60.0
"""Seconds to wait at most."""
FORGET = 3600.0
"""Seconds after which a name's wrong tries are forgotten."""


def count(connection: sql.Connection, name: str, now: float) -> int:
    """Count a try as wrong before it is looked at, so that tries at once count each; how many.

    Unknown names wait as known ones do. Raises Forbidden while the name has to wait.
    """
    connection.execute(TRIES.delete().where(TRIES.c.wait_until < now - FORGET))
    mine = TRIES.c.name_sha256 == _key(name)
    found = connection.execute(sql.select(TRIES).where(mine)).first()
    if found and found.wait_until > now:
        seconds = math.ceil(found.wait_until - now)
        some = f"{seconds} second{'s' * (seconds != 1)}"
        what = f"There were too many wrong tries for this name: wait {some}."
        raise Forbidden(what, hint="An admin can give you a new password on the page People.")
    wrong = found.wrong + 1 if found else 1
    wait = min(LONGEST, 2.0 ** (wrong - FREE + 1)) if wrong >= FREE else 0.0
    connection.execute(TRIES.delete().where(mine))
    row = {"name_sha256": _key(name), "wrong": wrong, "wait_until": now + wait}
    connection.execute(TRIES.insert().values(row))
    return wrong


def forget(connection: sql.Connection, name: str) -> None:
    """The password was right: the next try is the first."""
    connection.execute(TRIES.delete().where(TRIES.c.name_sha256 == _key(name)))


def _key(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
