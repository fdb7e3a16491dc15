"""Questions in SQL: which tables there are to ask, and what came back."""

from typing import Any

from mll_core.domain.data import Column
from mll_core.domain.value import Value


class AskedTable(Value):
    """A table that can be asked."""

    name: str
    rows: int
    columns: tuple[Column, ...]


class QueryResult(Value):
    """The first rows of an answer; ``more`` when there are others.

    Cells are JSON values: numbers as numbers as long as they are exact there, everything else as
    the text a person would read; NULL is None; NaN and infinity are words.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool = False
    seconds: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order; one may come twice."""
        return tuple(column.name for column in self.columns)
