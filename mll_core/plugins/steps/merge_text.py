"""Merge columns into one text."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumns, NewColumn
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class MergeText(Step):
    """Write several text columns one after the other into a new one.

    In: text ``columns``. Out: the same rows, one text column more; a missing part is left out with
    its separator, and all missing gives NULL. Learned: nothing.
    """

    label: ClassVar[str] = "Merge text columns"
    topic: ClassVar[Topic] = Topic.TEXT
    also: ClassVar[str] = "concatenate combine join together columns"
    kind: Literal["merge_text"] = "merge_text"
    columns: CategoricalColumns = Field(min_length=1, description="Columns to merge, in order")
    separator: str = Field(" ", max_length=20, description="Between them")
    into: NewColumn = Field(description="Name of the new column")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        merged = table[self.columns[0]]
        for name in self.columns[1:]:
            part = table[name]
            both = merged.concat(self.separator).concat(part)
            merged = ibis.coalesce(both, merged, part)
        return table.mutate(merged.name(self.into))

    def sentence(self) -> str:
        columns = " and ".join(map(repr, self.columns))
        return f"Make {self.into!r} of {columns}, with {self.separator!r} between."
