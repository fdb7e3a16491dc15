"""Encode categories by their order."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn, NewColumn
from mll_core.domain.lookups import MOST, number_of
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class EncodeOrder(Step):
    """Make a number of categories that have an order: low 0, middle 1, high 2.

    In: a text ``column``. Out: the same rows, one column more, float64, from 0; NULL and what has
    no place in the order give NULL.
    Learned: one row per category, ``level``: those of the training rows in the order of the
    alphabet, the first 1,000; an order of your own is not learned.
    """

    label: ClassVar[str] = "Encode categories by their order"
    topic: ClassVar[Topic] = Topic.CATEGORIES
    also: ClassVar[str] = "ordinal label encoding levels rank low high"
    unlearned: ClassVar[str] = "give it an order of your own"
    kind: Literal["encode_order"] = "encode_order"
    column: CategoricalColumn = Field(description="Column with categories")
    order: tuple[str, ...] = Field((), description="The order, lowest first; none: the alphabet")
    into: NewColumn = Field(description="Name of the new column")

    @property
    def learns(self) -> bool:
        return not self.order

    def learn(self, table: ir.Table) -> ir.Table | None:
        if self.order:
            return None
        known = table.select(level=table[self.column]).filter(ibis._["level"].notnull())
        return known.distinct().order_by("level").limit(MOST)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        levels = self.order or tuple(str(row["level"]) for row in learned)
        places = {level: float(place) for place, level in reversed(list(enumerate(levels)))}
        return table.mutate(number_of(table[self.column], places, None).name(self.into))

    def sentence(self) -> str:
        order = " < ".join(map(repr, self.order)) if self.order else "the order of the alphabet"
        return f"Make {self.into!r}: the place of {self.column!r} in {order}."
