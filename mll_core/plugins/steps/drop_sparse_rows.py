"""Drop rows that are mostly empty."""

from functools import reduce
from operator import add
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Columns
from mll_core.domain.provenance import shown
from mll_core.domain.step import Learned, Rows, Step
from mll_core.domain.topic import Topic


class DropSparseRows(Step):
    """Leave out rows in which too many values are missing.

    In: any table. Out: the same columns, at most as many rows, in their order: those with at most
    ``share`` of ``columns`` NULL. Learned: nothing.
    """

    label: ClassVar[str] = "Drop rows that are mostly empty"
    topic: ClassVar[Topic] = Topic.ROWS
    also: ClassVar[str] = "remove delete empty missing null incomplete"
    rows: ClassVar[Rows] = "drop"
    kind: Literal["drop_sparse_rows"] = "drop_sparse_rows"
    columns: Columns = Field((), description="Columns looked at; none means all of them")
    share: float = Field(0.5, ge=0, le=1, description="More than this part missing is too much")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        names = self.columns or tuple(shown(table))
        missing = reduce(add, (table[name].isnull().cast("int64") for name in names))
        return table.filter(missing.cast("float64") <= self.share * len(names))

    def sentence(self) -> str:
        of = " and ".join(map(repr, self.columns)) or "all columns"
        return f"Leave out rows with more than {100 * self.share:g} % of {of} missing."
