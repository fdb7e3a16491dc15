"""What one raw JSON record must look like, and how its values become those of the training rows."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from mll_core.domain.errors import nearest
from mll_core.domain.serving import RecordError
from mll_core.infra.raw_rows import Kind

LONGEST_TEXT = 10_000
_ERRORS_PER_RECORD = 50
_HINTS = 100  # looking for the nearest name is slow: a hostile batch gets a plain hint after these
_NAME = 128
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_RECORD_HINT = 'Send an object, {"column": value, ...}.'
_DATE_HINT = 'Send "2024-01-31" or "2024-01-31T12:00:00".'

Faults = list[tuple[str | None, str, str | None]]
"""(column, problem, hint) of one record; hint None: name the nearest column."""


class Unfit(ValueError):
    """What is wrong with a value (the message) and what to send (``hint``); never the value."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.hint = hint


@dataclass(frozen=True)
class Checked:
    """The good records of a batch by column, NULL as None, and what is wrong with the others.

    ``index``: the places of the good ones in the batch. ``nulls``: how often a column was null.
    """

    columns: Mapping[str, Sequence[Any]]
    index: tuple[int, ...]
    errors: tuple[RecordError, ...]
    nulls: dict[str, int]

    def frame(self) -> pd.DataFrame:
        """The good records as raw rows; the frame's index is their place in the batch."""
        index = list(self.index)
        data = {name: pd.Series(v, index, dtype=object) for name, v in self.columns.items()}
        return pd.DataFrame(data, index=index)


@dataclass(frozen=True)
class RecordSchema:
    """The raw columns a record must have, by kind, and those that may come along and are ignored.

    ``accepted`` holds the target, columns left out of learning and columns the recipe drops.
    """

    kinds: Mapping[str, Kind]
    accepted: frozenset[str]

    def check(self, records: Iterable[Any]) -> Checked:
        """Read each record. Never raises because of what one holds."""
        readers = {name: READERS[kind] for name, kind in self.kinds.items()}
        rows: list[list[Any]] = []
        index: list[int] = []
        errors: list[RecordError] = []
        for number, record in enumerate(records):
            values, faults = self._read(record, readers)
            if faults:
                near = len(errors) < _HINTS
                errors += [self._error(number, *fault, near) for fault in faults]
            else:
                rows.append(values)
                index.append(number)
        found = zip(*rows, strict=True) if rows else (() for _ in self.kinds)
        columns = dict(zip(self.kinds, found, strict=True))
        nulls = {name: values.count(None) for name, values in columns.items() if None in values}
        return Checked(columns, tuple(index), tuple(errors), nulls)

    def _read(
        self, record: Any, readers: Mapping[str, Callable[[Any], Any]]
    ) -> tuple[list[Any], Faults]:
        if not isinstance(record, dict):
            return [], [(None, f"must be an object, got {named(record)}", _RECORD_HINT)]
        values: list[Any] = []
        faults: Faults = []
        for name, read in readers.items():
            if name not in record:
                faults.append((name, "is missing", f"Send {name!r}; null says it is not known."))
                continue
            try:
                values.append(None if record[name] is None else read(record[name]))
            except Unfit as unfit:
                faults.append((name, str(unfit), unfit.hint))
        if len(record) > len(values):
            strange = [n for n in record if n not in readers and n not in self.accepted]
            faults += [(name, "is not a column of this model", None) for name in strange]
        return values, faults[:_ERRORS_PER_RECORD]

    def _error(
        self, number: int, column: str | None, problem: str, hint: str | None, near: bool
    ) -> RecordError:
        shown = None if column is None else printable(column)
        if hint is None:
            close = nearest(shown or "", self.kinds) if near and len(self.kinds) else ""
            hint = f"{close} " if close.startswith("Did") else ""
            hint += "Leave it out, or see the schema for the columns."
        return RecordError(record=number, column=shown, problem=problem, hint=hint)


def printable(name: str) -> str:
    """A name fit for a message: at most 128 characters, no lone surrogates."""
    return str(name)[:_NAME].encode("utf-8", "replace").decode()


def named(value: Any) -> str:
    """The type of a JSON value in words; never the value."""
    names = {bool: "true or false", str: "text", list: "a list", dict: "an object"}
    if value is None:
        return "null"
    return "a number" if type(value) in (int, float) else names.get(type(value), "something else")


def finite(value: Any) -> float:
    """A JSON number as float64; a boolean or text is none. Raises Unfit."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(f"must be a number, got {named(value)}", "Send a number without quotes.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Unfit("must be a finite number", "Send null when it is not known.")
    return number


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise Unfit(f"must be true or false, got {named(value)}", "Send true or false without quotes.")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit(f"must be text, got {named(value)}", "Send it in quotes.")
    if len(value) > LONGEST_TEXT:
        raise Unfit(f"is longer than {LONGEST_TEXT:,} characters", "Send a shorter text.")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Unfit("is not valid Unicode text", "Send text without lone surrogates.") from None
    return value


def _time(value: Any) -> datetime:
    if not isinstance(value, str):
        raise Unfit(f"must be a date in quotes, got {named(value)}", _DATE_HINT)
    try:
        if not _DATE.match(value):
            raise ValueError
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise Unfit("is not a date that exists", _DATE_HINT) from None


READERS: Mapping[Kind, Callable[[Any], Any]] = {
    "number": finite,
    "boolean": _boolean,
    "text": _text,
    "time": _time,
}
"""How a JSON value that is not null becomes a value of that kind; raises Unfit."""
