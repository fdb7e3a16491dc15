"""What a database refuses, in sentences a person can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sql

from mll_core.domain.errors import Conflict, MllError, NoRoom, Untrusted

_FREE = "Free some space and check the folder's permissions, then try again."
_DISK = "Look at the system's log; save what is there to another disk first."
_BUSY = "Try again in a moment; when it stays so, look for a process that hangs."
_COPY = "Restore catalog.db from a copy; mll doctor says what is damaged."
_SENTENCES: tuple[tuple[tuple[str, ...], type[MllError], str, str], ...] = (
    (("is full", "no space left"), NoRoom, "The disk of the catalog is full.", _FREE),
    (("readonly", "read-only"), NoRoom, "The catalog cannot be written to.", _FREE),
    (("unable to open",), NoRoom, "The catalog cannot be opened.", _FREE),
    (("disk i/o error",), NoRoom, "The disk of the catalog reports a fault.", _DISK),
    (("is locked",), Conflict, "Another process has been writing to the catalog.", _BUSY),
    (("malformed", "not a database"), Untrusted, "The catalog is damaged.", _COPY),
)


@contextmanager
def database_errors() -> Iterator[None]:
    """Raises NoRoom (full, read-only, faulty), Conflict (locked), Untrusted (damaged)."""
    try:
        yield
    except (sql.exc.DatabaseError, sqlite3.DatabaseError) as error:
        said = in_words(error)
        if said is None:
            raise
        raise said from error


def in_words(error: Exception) -> MllError | None:
    """The sentence for what a database said; None when it is a mistake of ours."""
    cause = getattr(error, "orig", error)
    if "IntegrityError" in type(cause).__name__ or "ProgrammingError" in type(cause).__name__:
        return None
    said = str(cause).lower()
    for words, kind, message, hint in _SENTENCES:
        if any(word in said for word in words):
            return kind(message, hint=hint)
    return None
