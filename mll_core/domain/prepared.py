"""Prepared tables as files: what each was made of, and how two of them differ."""

from typing import Any

from mll_core.domain.data import DataVersion
from mll_core.domain.split_section import SplitSection
from mll_core.domain.strata import EVEN, Strata
from mll_core.domain.task import Task
from mll_core.domain.value import Value


class Parting(Value):
    """What the rows are parted by, so that a recipe learns on rows to learn from only."""

    section: SplitSection
    target: str | None
    task: Task
    strata: Strata = EVEN


class PreparedVersion(Value):
    """A whole recipe at work on all rows one may see, as an immutable file.

    Made of the collected data ``raw`` (sha256) and ``steps`` alone: both again give ``data`` again,
    to the same bytes.
    """

    number: int
    data: DataVersion
    raw: str
    source: str
    document_version: int
    steps: tuple[dict[str, Any], ...]
    """The recipe as plain data, without what was switched off and noted."""
    sentences: tuple[str, ...]
    others: tuple[DataVersion, ...] = ()
    """The other tables that steps read, as they were read."""
    parting: Parting | None = None
    """None without a target: then the recipe learned on all rows, and all are there."""
    with_test: bool = False
    """Whether the rows of the test are there: only once it was opened."""
    learned: str = ""
    """sha256 of what the steps learned."""
    by: str = ""
    at: str = ""
    withdrawn: bool = False
    """Whether the file was destroyed because somebody was erased from its rows."""

    @property
    def rows_are(self) -> str:
        """Which rows are in it, in words."""
        if self.parting is None:
            return "all rows the recipe keeps"
        if self.with_test:
            return "all rows the recipe keeps; learned on those to learn from"
        return "the rows to learn from; those of the sealed test are left out"


class ColumnChange(Value):
    """What became of one column between two tables, in a sentence with its numbers."""

    column: str
    kind: str
    """``gone``, ``new``, ``type``, ``values`` or ``same``."""
    sentence: str
    moved: float = 0.0
    """How far the distribution moved (population stability index); 0 when it cannot be told."""


class Difference(Value):
    """How a table differs from an earlier one. Rows are told apart by ``keys``, else by content."""

    rows: tuple[int, int]
    gone: int
    added: int
    changed: int | None = None
    """Rows of the same key with other values; None without keys."""
    keys: tuple[str, ...] = ()
    columns: tuple[ColumnChange, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether both hold the same rows and columns."""
        quiet = all(one.kind == "same" for one in self.columns)
        return quiet and not (self.gone or self.added or self.changed)

    def sentence(self) -> str:
        """The rows in words."""
        before, after = self.rows
        if self.nothing:
            return f"Both hold the same {after:,} rows."
        by = f", told by {', '.join(map(repr, self.keys))}" if self.keys else ", told by content"
        changed = "" if self.changed is None else f", {self.changed:,} changed"
        return (
            f"{before:,} → {after:,} rows: {self.added:,} added, {self.gone:,} gone{changed}{by}."
        )


class Rebuilt(Value):
    """What making a prepared version again from its source and recipe came to."""

    number: int
    expected: str
    found: str
    source: str
    """What the source gives today: ``same``, ``differs``, or why it was not read."""
    learned: bool
    """Whether the steps learned the same."""
    difference: Difference | None = None

    @property
    def identical(self) -> bool:
        """Whether every byte is the same."""
        return self.expected == self.found
