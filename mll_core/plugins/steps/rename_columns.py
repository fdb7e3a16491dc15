"""Rename a column."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import AnyColumn, NewColumn
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class RenameColumns(Step):
    """Give a column another name.

    In: any column. Out: the same rows and values, the column in its place. Learned: nothing.
    """

    label: ClassVar[str] = "Rename a column"
    topic: ClassVar[Topic] = Topic.COLUMNS
    also: ClassVar[str] = "name title header call"
    kind: Literal["rename_columns"] = "rename_columns"
    column: AnyColumn = Field(description="Column to rename")
    to: NewColumn = Field(description="Its new name")

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        names = {self.column: self.to}
        return {names.get(name, name): unit for name, unit in known.items()}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        names = {self.column: self.to}
        return table.select([table[name].name(names.get(name, name)) for name in table.columns])

    @property
    def changes(self) -> frozenset[str]:
        return frozenset({self.column})

    def sentence(self) -> str:
        return f"Rename {self.column!r} to {self.to!r}."
