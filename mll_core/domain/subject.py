"""Somebody who is to be forgotten, what that takes, and what is left of it."""

import unicodedata
from collections.abc import Iterable
from typing import Any, Self

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.value import Value

_HINT = "Such as email=ana@example.org; put quotes around a value with spaces."


class Condition(Value):
    """A column and the value it must have, as a person types it."""

    column: str
    value: str


class Subject(Value):
    """Who is meant: rows in which every condition holds. NULL equals no value."""

    conditions: tuple[Condition, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Read ``column=value`` texts. Raises InvalidParameter."""
        found = []
        for text in texts:
            column, equals, value = text.partition("=")
            if not equals or not column:
                what = f"{text!r}: a column, '=' and a value are needed."
                raise InvalidParameter(what, hint=_HINT)
            found.append(Condition(column=column, value=value))
        return cls.where(found)

    @classmethod
    def where(cls, conditions: Iterable[Condition]) -> Self:
        """Raises InvalidParameter without conditions, and for an empty value."""
        found = tuple(sorted(conditions, key=lambda condition: condition.column))
        if not found:
            raise InvalidParameter("Nobody is named.", hint=_HINT)
        for condition in found:
            if not condition.value.strip():
                what = (
                    f"{condition.column!r}: an empty value names nobody; missing values are many."
                )
                raise InvalidParameter(what, hint=_HINT)
        return cls(conditions=found)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is told by."""
        return tuple(condition.column for condition in self.conditions)

    def canonical(self) -> list[list[str]]:
        """The conditions so that the same person has the same fingerprint, however typed."""
        return [[c.column, unicodedata.normalize("NFC", c.value)] for c in self.conditions]


class Marks(Value):
    """What only the subject has: ``texts`` and ``numbers`` to look for wherever rows were told of.

    A number is a mark from five significant digits on, a text from four letters on.
    """

    texts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()


class Found(Value):
    """What would be erased; counts only."""

    rows: int
    """In the newest data version."""
    versions: int
    """Data versions that hold the subject, parts and monitoring files included."""
    models: tuple[int, ...] = ()
    """Model versions that learned from the subject."""
    trainings: int = 0
    """Trainings that learned from the subject, whether or not a version came of them."""
    requests: int = 0
    """Logged records."""
    files: int = 0
    """Uploaded files."""
    elsewhere: tuple[str, ...] = ()
    """What cannot be reached from here, in sentences."""


class Erased(Value):
    """The tombstone: everything but the person. ``subject`` is a keyed HMAC of the conditions."""

    id: str
    project: str
    columns: tuple[str, ...]
    subject: str
    by: str
    at: str
    reason: str = ""
    finished: str | None = None
    rows: int = 0
    versions: int = 0
    files: int = 0
    requests: int = 0
    entries: int = 0
    """Lines, results and documents of the catalog that named the subject."""
    models: tuple[int, ...] = ()
    trainings: int = 0
    """Trainings that learned from the subject."""
    withdrawn: tuple[int, ...] = ()
    """Model versions that could not be kept without the subject."""
    shared: int = 0
    """Data versions that another project uses too: they stay, and ``elsewhere`` says so first."""
    elsewhere: tuple[str, ...] = ()

    def counted(self, **counts: Any) -> Self:
        """The same with other counts."""
        return self.model_copy(update=counts)


ELSEWHERE = (
    "Copies of the workspace made earlier (backups, snapshots of the disk) still hold the rows.",
    "Answers, reports and files that were already handed out cannot be called back.",
)
"""What no erasure reaches, always said."""


class Order(Value):
    """What an erasure has to do; kept until it is done, so that a killed one can be finished."""

    subject: Subject
    marks: Marks = Marks()
    moved: dict[str, str] = {}
    """Names of objects and models, paths of files: old to new. Empty until the catalog moved."""
    doomed: tuple[str, ...] = ()
    """Files under the workspace to destroy, by their path in it."""
    decided: bool = False
    """Whether the catalog names the new versions: from here on it only goes forward."""
