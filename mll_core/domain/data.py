"""Data versions and their profile."""

from typing import Any, Literal

from mll_core.domain.balance import Balance, Repeats, Telling
from mll_core.domain.strata import EVEN, Strata
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


SplitKind = Literal["random", "stratified", "time", "group", "time_group", "column"]


class Split(Value):
    """How the shaped rows were parted: development rows with folds, and the sealed test rows.

    ``folds`` is the number of cross-validation folds over the development rows and ``repeats``
    how often they are redrawn; one fold means one validation cut.
    """

    kind: SplitKind
    shaped: DataVersion
    development: DataVersion
    test: DataVersion
    sealed: DataVersion
    """The numbers of the raw rows that made the test rows, kept apart from all rows."""
    folds: int
    repeats: int = 1
    seed: int = 0
    time_column: str | None = None
    """The newest rows by it are tested; None when the kind has no use for it."""
    group_column: str | None = None
    """Rows that agree in it are on one side; None when the kind has no use for it."""
    strata: Strata = EVEN
    """What every part got its share of where numbers were drawn evenly."""
    part_column: str | None = None
    """It says which part a row is in; no model learns from it. None for other kinds."""
    gap: float = 0.0
    """Days, or units of a number, before what is tested or validated that are not learned from."""
    validation: float | None = None
    """Share of the development rows in the one fixed validation cut; None when there are folds."""
    sentence: str
    balance: tuple[Balance, ...] = ()
    """How the target and the protected columns lie in both parts."""
    telling: Telling | None = None
    """Whether a model can tell the test, or why that was not asked; None before it was."""
    twins: Repeats | None = None
    """Rows to learn from that are equal to a test row."""
    dropped_without_target: int = 0
    left_in_gap: int = 0
    """Rows in neither part: too near before the test."""
    left_of_tested_groups: int = 0
    """Rows in neither part: older rows of a group that is tested."""
    fresh_from: int | None = None
    """Only raw rows from this number on are tested; None: any may be."""
    others: tuple[DataVersion, ...] = ()
    """The other tables that the recipe read, as they were read."""

    @property
    def aside(self) -> frozenset[str]:
        """Columns that say how rows were parted, and so nothing of the rows."""
        return frozenset([self.part_column] if self.part_column else [])
