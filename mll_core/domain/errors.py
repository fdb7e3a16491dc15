"""Errors a person can act on. Only these become a red box; anything else is a bug.

MllError
├── InvalidParameter   a value breaks what its field declares
├── InvalidDocument    a project document has faults; all of them are listed
├── UnknownColumn      a named column is not in the table
├── WrongColumnKind    the column exists but holds another kind of value
├── UnreadableSource   a file cannot be read as a table
├── UnfitRows          rows lack the columns or types the recipe was learned on
├── UnfitQuestion      a question in SQL that the console does not answer
├── UnfitTarget        the target cannot be learned
├── TooFewRows         not enough rows for an honest answer
├── NotFound           a project, run, model or job that is not there
├── NotReady           a stage is asked for before what it needs exists
├── Conflict           somebody else's change came first
├── Forbidden          somebody asks for what their role does not allow
├── Untrusted          a model or file whose signature or content is not ours
├── NoRoom             the disk, the memory or the port is taken
│   └── Unreachable    the server that holds the catalog does not answer
├── NotYet             a command that is not deep yet and says so
└── Stopped            a person pressed Stop
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Self

from pydantic import ValidationError


class MllError(Exception):
    """What is wrong (the message) and what to do next (``hint``)."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


MOST_NAMES = 20
"""How many names a hint lists; a wide table has thousands."""


def nearest(name: str, among: Iterable[str]) -> str:
    """A hint: the closest of ``among``, else the first twenty of them."""
    names = [str(n) for n in among]
    if close := get_close_matches(name, names, n=1):
        return f"Did you mean {close[0]!r}?"
    rest = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return f"Choose from: {', '.join(names[:MOST_NAMES]) or 'none'}{rest}."


class InvalidParameter(MllError):
    """A value breaks what its field declares."""

    @classmethod
    def explain(cls, error: ValidationError, *, where: str, hint: str) -> Self:
        """Every failing field on a line of its own: path, what was expected, what was got."""
        return cls("\n".join(faults(error, where)), hint=hint)


def faults(error: ValidationError, *where: str) -> list[str]:
    """Per failing field of ``error`` its dotted path, the expected, the got, and its own hint."""
    lines = []
    for e in error.errors(include_url=False):
        path = ".".join(map(str, (*where, *e["loc"])))
        whole = e["type"] == "missing" or isinstance(e["input"], dict | list)
        got = "" if whole else f", got {e['input']!r}"
        hint = f" {e['ctx']['hint']}" if "hint" in e.get("ctx", {}) else ""
        lines.append(f"{path}: {e['msg'].removeprefix('Value error, ')}{got}.{hint}")
    return lines


class InvalidDocument(MllError):
    """A project document has faults; all of them are listed."""


class UnknownColumn(MllError):
    """A named column is not in the table."""

    @classmethod
    def named(cls, column: str, *, where: str, among: Iterable[str]) -> Self:
        """The closest existing name is the hint, else all of them."""
        return cls(f"{where}: the table has no column {column!r}.", hint=nearest(column, among))


class WrongColumnKind(MllError):
    """The column exists but holds another kind of value."""


class UnreadableSource(MllError):
    """A file cannot be read as a table."""


class UnfitRows(MllError):
    """Rows lack the columns, types or values that are needed of them."""


class UnfitQuestion(MllError):
    """A question in SQL that the console does not answer."""


class UnfitTarget(MllError):
    """The target cannot be learned: missing, constant, all different or all empty."""


class TooFewRows(MllError):
    """Not enough rows for an honest answer."""


class NotFound(MllError):
    """A project, run, model or job that is not there."""

    @classmethod
    def named(cls, what: str, name: str, among: Iterable[str]) -> Self:
        """The closest existing name is the hint, else all of them."""
        return cls(f"There is no {what} {name!r}.", hint=nearest(name, among))


class NotReady(MllError):
    """A stage is asked for before what it needs exists."""


class Conflict(MllError):
    """Somebody else's change came first."""


class Forbidden(MllError):
    """Somebody asks for what their role does not allow."""


class Untrusted(MllError):
    """A model or file whose signature or content is not ours."""


class NoRoom(MllError):
    """The disk, the memory or the port is taken."""


class Unreachable(NoRoom):
    """The server that holds the catalog does not answer; whoever can wait for room waits for it."""


class ClusterLost(MllError):
    """The cluster that fits were to run on does not answer, or cannot do what is asked."""


class NotYet(MllError):
    """A command that is not deep yet and says so."""


class Stopped(MllError):
    """A person pressed Stop."""
