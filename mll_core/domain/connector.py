"""The contract of a connector: how a source becomes rows."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.plugin import Plugin
from mll_core.domain.value import Value

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and a sentence; raises Stopped when a person pressed Stop."""


def part(progress: Progress, low: float, high: float) -> Progress:
    """A Progress for work that is the part of all from ``low`` to ``high``."""
    return lambda share, message: progress(low + (high - low) * share, message)


def quiet(share: float, message: str) -> None:
    """A Progress that tells nobody."""


class ReadOptions(Value):
    """How a text source is read; None means judged from the file."""

    delimiter: str | None = Field(None, max_length=1, description="Between the values")
    encoding: Literal["utf-8", "latin-1", "utf-16"] | None = Field(
        None, description="How letters are written"
    )
    header: bool | None = Field(None, description="Whether the first line names the columns")
    null_values: tuple[str, ...] = Field(("",), description="Text that means missing")
    fill_short_rows: bool = Field(
        False, description="Lines with too few values: take the last ones for missing"
    )
    types: dict[str, str] = Field({}, description="Types to read columns as where all values fit")
    table: str | None = Field(None, max_length=300, description="Which table of a database")
    query: str | None = Field(
        None, max_length=100_000, description="Or one SELECT that gives the rows of a database"
    )


class Connector(Plugin, ABC):
    """Turns one kind of source into one Parquet file, streamed: never a whole table in memory."""

    endings: ClassVar[tuple[str, ...]] = ()
    """File endings it reads, with the dot; a scheme such as ``sample:`` also stands here."""

    @classmethod
    @abstractmethod
    def reads(cls, source: str) -> bool:
        """Whether ``source`` is of this kind, judged by its name alone."""

    @abstractmethod
    def write(
        self, source: str, options: ReadOptions, parquet: Path, progress: Progress = quiet
    ) -> str:
        """Write ``source`` to ``parquet``; how it was understood, in a sentence.

        Columns keep their names, order and rows their order. Raises UnreadableSource.
        """
