"""What a database refuses, in sentences a person can act on."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sql

from mll_core.domain.errors import (
    Conflict,
    InvalidParameter,
    MllError,
    NoRoom,
    Unreachable,
    Untrusted,
)

_FREE = "Free some space and check the folder's permissions, then try again."
_OPEN = "See that its folder, or its server, lets itself be written to; then try again."
_DISK = "Look at the system's log; save what is there to another disk first."
_BUSY = "Try again in a moment; when it stays so, look for a process that hangs."
_COPY = "Restore catalog.db from a copy; mll doctor says what else is damaged."
_BACKUP = "Restore the database from its backup; its log says what is damaged."
_SERVER = "See that PostgreSQL runs and that MLL_DATABASE_URL names it; then try again."
_LOOK = "Look whether your change is there, then try again."
_WHO = "Check the name, the password and the database in MLL_DATABASE_URL."
_GRANT = "The user in MLL_DATABASE_URL must own the database, or be granted its schema."

Said = tuple[type[MllError], str, str]
FULL: Said = (NoRoom, "The disk of the catalog is full.", _FREE)
CLOSED: Said = (NoRoom, "The catalog cannot be written to.", _OPEN)
FAULTY: Said = (NoRoom, "The disk of the catalog reports a fault.", _DISK)
BUSY: Said = (Conflict, "Another process has been writing to the catalog.", _BUSY)
DAMAGED: Said = (Untrusted, "The catalog is damaged.", _COPY)
SILENT: Said = (Unreachable, "The server of the catalog does not answer.", _SERVER)
LOST: Said = (Unreachable, "The connection to the catalog was lost.", _LOOK)
STRANGER: Said = (Unreachable, "The server of the catalog does not let us in.", _WHO)
NOWHERE: Said = (Unreachable, "The server has no such database.", _WHO)
CROWDED: Said = (Unreachable, "The server of the catalog has too many connections.", _BUSY)
NOT_OURS: Said = (NoRoom, "The catalog may not be written to by this user.", _GRANT)
UNFIT: Said = (InvalidParameter, "A text holds what cannot be stored.", "Shorten or retype it.")

_CODES: tuple[tuple[str, Said], ...] = (
    *(("53100", FULL), ("53300", CROWDED), ("53", CROWDED)),
    *(("25006", CLOSED), ("42501", NOT_OURS), ("22001", UNFIT), ("22021", UNFIT)),
    *(("55P03", BUSY), ("57014", BUSY), ("40", BUSY)),
    *(("58030", FAULTY), ("XX001", (Untrusted, DAMAGED[1], _BACKUP))),
    *(("XX002", (Untrusted, DAMAGED[1], _BACKUP)), ("28", STRANGER), ("3D000", NOWHERE)),
    *(("57P03", SILENT), ("57P", LOST), ("25P03", LOST), ("08", LOST)),
)
"""PostgreSQL, by SQLSTATE or its beginning (appendix A of its manual): words differ by language."""
_WORDS: tuple[tuple[tuple[str, ...], Said], ...] = (
    (("is full", "no space left"), FULL),
    (("readonly", "read-only"), CLOSED),
    (("unable to open",), (NoRoom, "The catalog cannot be opened.", _FREE)),
    (("disk i/o error",), FAULTY),
    (("is locked", "queuepool limit"), BUSY),
    (("malformed", "not a database"), DAMAGED),
    (("password", "authentication", "pg_hba", "no encryption", 'role "'), STRANGER),
    (("does not exist",), NOWHERE),
    (("too many", "remaining connection slots"), CROWDED),
    (("connection failed", "connection timeout", "resolve host", "starting up"), SILENT),
    (("connection is lost", "connection is closed", "closed the connection"), LOST),
    (("terminating connection", "consuming input", "sending query", "shutting down"), LOST),
    (("nul (0x00)",), UNFIT),
)
"""SQLite, and what the driver of PostgreSQL says itself: that is always English."""


@contextmanager
def database_errors(file: Path | None = None) -> Iterator[None]:
    """Raises NoRoom (full, read-only, faulty), Conflict (locked), Untrusted (damaged), Unreachable.

    ``file``: where SQLite keeps it, looked at before a fault of the disk is told. No sentence
    repeats an address or a password.
    """
    try:
        yield
    except (sql.exc.DBAPIError, sql.exc.TimeoutError, sqlite3.DatabaseError) as error:
        said = in_words(error, file)
        if said is None:
            raise
        raise said from error


def in_words(error: Exception, file: Path | None = None) -> MllError | None:
    """The sentence for what a database said; None when it is a mistake of ours."""
    cause = getattr(error, "orig", None) or error
    if code := getattr(cause, "sqlstate", None):
        return _first(said for start, said in _CODES if code.startswith(start))
    if "IntegrityError" in type(cause).__name__ or "ProgrammingError" in type(cause).__name__:
        return None
    text = str(cause).lower()
    if "disk i/o error" in text and file is not None and not _lets_write(file):
        return _first(iter([CLOSED]))
    return _first(said for words, said in _WORDS if any(word in text for word in words))


def _lets_write(file: Path) -> bool:
    """Whether a file that is there may be opened for writing; a disk that fails lets itself."""
    try:
        os.close(os.open(file, os.O_WRONLY))
    except OSError as error:
        return error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM)
    return True


def _first(found: Iterator[Said]) -> MllError | None:
    for kind, message, hint in found:
        return kind(message, hint=hint)
    return None
