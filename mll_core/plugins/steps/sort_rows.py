"""Sort rows."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain.columns import Columns
from mll_core.domain.provenance import parted
from mll_core.domain.staging import unused
from mll_core.domain.step import Across, Learned, Rows, Step
from mll_core.domain.topic import Topic


class SortRows(Step):
    """Bring the rows in order, and keep the first of them, or the first of each group, if asked.

    In: any table. Out: the same columns; rows that agree in ``columns`` stay in their order of
    arrival, NULL comes last. With ``per`` the ``first`` rows of each group stay (NULL is one),
    where rows are parted before, of each part.
    Learned: nothing; it runs once, before the split.
    """

    label: ClassVar[str] = "Sort rows"
    topic: ClassVar[Topic] = Topic.ROWS
    also: ClassVar[str] = "order by limit top first newest last head rank"
    rows: ClassVar[Rows] = "shape"
    kind: Literal["sort_rows"] = "sort_rows"
    columns: Columns = Field(min_length=1, description="Sorted by these, the first counts most")
    descending: bool = Field(False, description="Largest first")
    first: int | None = Field(None, ge=1, le=10**9, description="Keep only so many; none: all")
    per: Columns = Field((), description="So many of each group of these columns")

    @model_validator(mode="after")
    def _so_many(self) -> "SortRows":
        if self.per and self.first is None:
            raise ValueError("give first, how many of each group to keep")
        return self

    @property
    def changes(self) -> frozenset[str]:
        return frozenset()

    def across(self) -> Across | None:
        return None if self.first is None else Across(by=self.per)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        arrival = unused("_arrival", table)
        rows = table.mutate(ibis.row_number().name(arrival))
        columns = (rows[name] for name in self.columns)
        keys = [c.desc() if self.descending else c.asc() for c in columns]
        order = [*keys, rows[arrival].asc()]
        per = [*self.per, *parted(table)] if self.first else []
        if not per:
            ordered = rows.order_by(order)
            return (ordered.limit(self.first) if self.first else ordered).drop(arrival)
        nth = unused("_nth", rows)
        place = ibis.row_number().over(group_by=per, order_by=order)
        placed = rows.mutate(place.name(nth)).view()
        kept = placed.filter(placed[nth] < self.first)
        columns = (kept[name] for name in self.columns)
        keys = [c.desc() if self.descending else c.asc() for c in columns]
        return kept.order_by([*keys, kept[arrival].asc()]).drop(arrival, nth)

    def sentence(self) -> str:
        by = " and ".join(map(repr, self.columns))
        each = f" of each {' and '.join(map(repr, self.per))}" if self.per else ""
        kept = f", and keep the first {self.first:,}{each}" if self.first else ""
        return f"Sort by {by}, {'largest' if self.descending else 'smallest'} first{kept}."
