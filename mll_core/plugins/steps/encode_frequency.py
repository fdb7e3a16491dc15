"""Encode categories by how frequent they are."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn, NewColumn
from mll_core.domain.lookups import MOST, number_of
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class EncodeFrequency(Step):
    """Make a column that says how frequent each row's category is.

    In: a text ``column``. Out: the same rows and a new column, float64: the share of training rows
    with that category; 0 for one never seen, NULL for NULL.
    Learned: one row per category, ``level`` and ``share`` of the training rows that have a value;
    the most frequent 1,000, all others count as 0.
    """

    label: ClassVar[str] = "Encode categories by frequency"
    topic: ClassVar[Topic] = Topic.CATEGORIES
    also: ClassVar[str] = "count encoding how often"
    kind: Literal["encode_frequency"] = "encode_frequency"
    column: CategoricalColumn = Field(description="Column with categories")
    into: NewColumn = Field(description="Name of the new column")

    def learn(self, table: ir.Table) -> ir.Table:
        known = table.select(level=table[self.column]).filter(ibis._["level"].notnull())
        counts = known.group_by("level").aggregate(n=ibis._.count())
        rows = counts["n"].sum().over(ibis.window())
        shares = counts.mutate(share=counts["n"].cast("float64") / rows.cast("float64"))
        return shares.order_by(ibis.desc("n"), "level").limit(MOST).select("level", "share")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        shares = {str(row["level"]): float(row["share"] or 0) for row in learned}
        share = number_of(column, shares, 0.0)
        missing = column.isnull().ifelse(ibis.null("float64"), share)
        return table.mutate(missing.name(self.into))

    def sentence(self) -> str:
        return f"Make {self.into!r}: the share of training rows with the same {self.column!r}."
