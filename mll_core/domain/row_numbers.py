"""Columns of several kinds as the numbers a small model inside a step is given."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import ibis

from mll_core.domain import draws
from mll_core.domain.columns import holds
from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.domain.literals import exact

LEVELS = 12


def refuse(kind: str, schema: ibis.Schema, column: str, by: Sequence[str], *, text: bool) -> None:
    """Raises for a ``column`` that cannot be filled from ``by``: WrongColumnKind when it is neither
    number nor (when allowed) text, InvalidParameter when it is among ``by``."""
    dtype = schema[column]
    if not (dtype.is_numeric() or (text and dtype.is_string())):
        need = "numbers or text" if text else "numbers"
        message = f"{kind}.column: needs {need}, {column!r} holds {holds(dtype)}."
        raise WrongColumnKind(message, hint="Pick another column.")
    if column in by:
        message = f"{kind}.by: {column!r} is the column to fill."
        raise InvalidParameter(message, hint="Pick other columns to tell it from.")


@dataclass(frozen=True, eq=False)
class RowNumbers:
    """What was learned to turn rows into numbers, and the learning rows so turned.

    A number is itself, the middle one when missing; a text is a column of 0 and 1 for each of its
    most frequent values. ``plain``: under ``by``, per column the middle or the list of values.
    """

    plain: dict[str, list[Any]]
    matrix: Any

    @classmethod
    def check(cls, schema: ibis.Schema, names: Sequence[str], where: str) -> None:
        """Raises WrongColumnKind for a column that is neither number, text nor true or false."""
        for name in names:
            dtype = schema[name]
            if not (dtype.is_numeric() or dtype.is_string() or dtype.is_boolean()):
                message = f"{where}: {name!r} holds {holds(dtype)}, from which nothing is told."
                raise WrongColumnKind(message, hint="Pick numbers, text, or true and false.")

    @classmethod
    def asked(cls, column: Any) -> Any:
        """What a query asks of a column."""
        return column if column.type().is_string() else draws.known(column)

    @classmethod
    def learned(cls, columns: Sequence[Sequence[Any]]) -> "RowNumbers":
        """From the values of each column; at least one row."""
        import numpy as np

        plain: list[Any] = []
        found: list[list[float]] = []
        for values in columns:
            if any(isinstance(value, str) for value in values):
                counts = Counter(value for value in values if value is not None)
                levels = sorted(counts, key=lambda level: (-counts[level], level))[:LEVELS]
                plain.append(levels)
                found += [[float(value == level) for value in values] for level in levels]
                continue
            numbers = draws.finite(values)
            middle = median([number for number in numbers if number is not None] or [0.0])
            plain.append(middle)
            found.append([middle if number is None else number for number in numbers])
        return cls({"by": plain}, np.array(found, dtype=float).T)

    @classmethod
    def read(cls, columns: Sequence[Any], found: Mapping[str, list[Any]]) -> list[Any]:
        """The same numbers of any row, as expressions without NULL."""
        read = []
        for column, plain in zip(columns, found["by"], strict=True):
            if isinstance(plain, list):
                same = [(column == level).fill_null(False) for level in plain]
                read += [one.cast("float64") for one in same]
            elif column.type().is_string():  # it held no value where it was learned
                read.append(exact(plain))
            else:
                read.append(draws.bounded(column.cast("float64")).fill_null(exact(plain)))
        return read
