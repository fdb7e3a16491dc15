"""Sort rows."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Columns
from mll_core.domain.staging import unused
from mll_core.domain.step import Learned, Rows, Step


class SortRows(Step):
    """Bring the rows in order, and keep the first of them if asked.

    In: any table. Out: the same columns; rows that agree in ``columns`` stay in their order of
    arrival, NULL comes last. Learned: nothing; it runs once, before the split.
    """

    label: ClassVar[str] = "Sort rows"
    rows: ClassVar[Rows] = "shape"
    kind: Literal["sort_rows"] = "sort_rows"
    columns: Columns = Field(min_length=1, description="Sorted by these, the first counts most")
    descending: bool = Field(False, description="Largest first")
    first: int | None = Field(None, ge=1, le=10**9, description="Keep only so many; none: all")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        arrival = unused("_arrival", table)
        rows = table.mutate(ibis.row_number().name(arrival))
        columns = (rows[name] for name in self.columns)
        keys = [c.desc() if self.descending else c.asc() for c in columns]
        ordered = rows.order_by([*keys, rows[arrival].asc()])
        return (ordered.limit(self.first) if self.first else ordered).drop(arrival)

    def sentence(self) -> str:
        by = " and ".join(map(repr, self.columns))
        kept = f", and keep the first {self.first:,}" if self.first else ""
        return f"Sort by {by}, {'largest' if self.descending else 'smallest'} first{kept}."
