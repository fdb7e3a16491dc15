"""Flag missing values."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import AnyColumn, NewColumn
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class FlagMissing(Step):
    """Add a column that tells whether ``column`` has a value.

    In: any column. Out: the same rows, one column more: true where ``column`` is NULL, never NULL.
    Learned: nothing.
    """

    label: ClassVar[str] = "Flag missing values"
    topic: ClassVar[Topic] = Topic.MISSING
    also: ClassVar[str] = "empty null mark indicator whether there"
    kind: Literal["flag_missing"] = "flag_missing"
    column: AnyColumn = Field(description="Column that may be missing")
    to: NewColumn = Field("", description="Name of the new column; empty: the column's and missing")

    def makes(self) -> Iterator[tuple[str, str]]:
        yield "to", self._name()

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        return table.mutate(table[self.column].isnull().name(self._name()))

    def sentence(self) -> str:
        return f"Add {self._name()!r}: whether {self.column!r} is missing."

    def _name(self) -> str:
        return self.to or f"{self.column} missing"
