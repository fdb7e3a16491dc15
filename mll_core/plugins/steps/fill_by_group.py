"""Fill missing numbers by group."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import sums
from mll_core.domain.columns import CategoricalColumn, NumericColumn
from mll_core.domain.lookups import MOST, number_of
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class FillByGroup(Step):
    """Put the usual value of a row's group wherever ``column`` has none.

    In: a numeric ``column`` and a text column ``by``. Out: the same rows, ``column`` as float64.
    Learned: one row per group, ``level`` and ``value``: mean or median of the finite training
    values, the 1,000 largest groups; the row without a level holds the value of all, which fills
    groups never seen. Nothing is filled when there was no value at all.
    """

    label: ClassVar[str] = "Fill missing numbers by group"
    topic: ClassVar[Topic] = Topic.MISSING
    also: ClassVar[str] = "impute empty null mean median average per"
    kind: Literal["fill_by_group"] = "fill_by_group"
    column: NumericColumn = Field(description="Column to fill")
    by: CategoricalColumn = Field(description="Column with the groups")
    how: Literal["median", "mean"] = Field("median", description="With what of the group")

    def learn(self, table: ir.Table) -> ir.Table:
        values = table[self.column].cast("float64").nullif(float("inf")).nullif(float("-inf"))
        rows = table.select(level=table[self.by], value=values).filter(ibis._["value"].notnull())
        rows = sums.parted(rows) if self.how == "mean" else rows
        value = sums.mean(rows) if self.how == "mean" else rows["value"].quantile(0.5)
        groups = rows.filter(rows["level"].notnull())
        each = sums.mean(groups) if self.how == "mean" else groups["value"].quantile(0.5)
        counted = groups.group_by("level").aggregate(value=each, n=groups.count())
        largest = counted.order_by(ibis.desc("n"), "level").limit(MOST)
        overall = rows.aggregate(value=value).mutate(level=ibis.null("string"))
        return largest.select("level", "value").union(overall.select("level", "value"))

    def summarise(self, rows: Learned) -> Learned:
        finite = [row for row in rows if row["value"] is not None]
        known = [row for row in finite if abs(float(row["value"] or 0)) < float("inf")]
        return tuple(sorted(known, key=lambda row: (row["level"] is not None, row["level"] or "")))

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        values = table[self.column].cast("float64")
        found = {row["level"]: float(row["value"] or 0) for row in learned}
        overall = found.pop(None, None)
        groups = {str(level): value for level, value in found.items()}
        if overall is None and not groups:
            return table.mutate(values.name(self.column))
        usual = number_of(table[self.by], groups, overall)
        return table.mutate(ibis.coalesce(values, usual).name(self.column))

    def sentence(self) -> str:
        return f"Fill missing {self.column!r} with the {self.how} of the same {self.by!r}."
