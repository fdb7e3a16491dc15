"""Data versions and their profile."""

from typing import Any, Literal

from mll_core.domain.value import Value

Semantic = Literal[
    "number", "integer", "category", "text", "boolean", "date", "id", "constant", "empty"
]
"""What a column is for a person, judged by type and content."""


class Column(Value):
    """A column's name and DuckDB type."""

    name: str
    type: str


class DataVersion(Value):
    """An immutable Parquet file, named by the sha256 of its bytes."""

    sha256: str
    rows: int
    columns: tuple[Column, ...]
    source: str
    bytes: int = 0
    understood: str = ""
    """How the source was read, in a sentence: format, delimiter, encoding, rejected rows."""

    @property
    def short(self) -> str:
        """The first eight characters, for stamps."""
        return self.sha256[:8]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)


class Bin(Value):
    """One bar of a histogram: [low, high), and its count; the last bar includes ``high``."""

    low: float
    high: float
    count: int


class Top(Value):
    """One frequent value and its count."""

    value: str
    count: int


class ColumnProfile(Value):
    """One column in numbers. Dates are ISO text in ``min`` and ``max``; NULL has no statistics.

    ``std`` is the sample standard deviation. ``quantiles`` are at 1, 5, 25, 50, 75, 95, 99 %.
    ``distinct`` is exact up to 100,000 and approximate above.
    """

    name: str
    type: str
    semantic: Semantic
    nulls: int
    distinct: int
    min: Any = None
    max: Any = None
    mean: float | None = None
    std: float | None = None
    quantiles: dict[str, float] | None = None
    top: tuple[Top, ...] = ()
    histogram: tuple[Bin, ...] = ()
    mean_length: float | None = None


class Profile(Value):
    """A data version in numbers: all rows, no sample."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    duplicates: int = 0
    data_version: str = ""

    def column(self, name: str) -> ColumnProfile | None:
        """The column called ``name``, or None."""
        return next((column for column in self.columns if column.name == name), None)


class Split(Value):
    """How the shaped rows were parted: development rows with folds, and the sealed test rows.

    ``folds`` is the number of cross-validation folds over the development rows and ``repeats``
    how often they are redrawn; one fold means one validation cut.
    """

    kind: Literal["random", "stratified", "time", "group"]
    shaped: DataVersion
    development: DataVersion
    test: DataVersion
    folds: int
    repeats: int = 1
    seed: int = 0
    column: str | None = None
    """The time or group column, when the kind has one."""
    sentence: str
    balance: dict[str, dict[str, float]] = {}
    """Per part (``development``, ``test``), the share of each class or the mean of the target."""
    dropped_without_target: int = 0
