"""A column for each category."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn, Prefix
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class OneHot(Step):
    """Make a column of yes and no for each frequent category of ``column``.

    In: a text ``column``. Out: the same rows and a column per category, ``<column> = <category>``,
    float64: 1 or 0; NULL and categories never seen are 0 everywhere, unless a column ``<column> is
    missing`` is asked for. The column itself stays.
    Learned: one row per category, ``level``: the ``most`` frequent of the training rows.
    """

    label: ClassVar[str] = "A column for each category"
    topic: ClassVar[Topic] = Topic.CATEGORIES
    also: ClassVar[str] = "dummy dummies indicator encode binary 0 1"
    kind: Literal["one_hot"] = "one_hot"
    column: CategoricalColumn = Field(description="Column with categories")
    most: int = Field(15, ge=1, le=100, description="At most so many, the most frequent")
    missing: bool = Field(False, description="A column for missing as well")
    prefix: Prefix = ""

    def learn(self, table: ir.Table) -> ir.Table:
        known = table.select(level=table[self.column]).filter(ibis._["level"].notnull())
        counts = known.group_by("level").aggregate(n=ibis._.count())
        return counts.order_by(ibis.desc("n"), "level").limit(self.most).select("level")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        start = f"{self.prefix}{self.column}"
        asked = {f"{start} is missing": column.isnull()} if self.missing else {}
        levels = [str(row["level"]) for row in learned]
        asked |= {f"{start} = {level}": column == level for level in levels}
        for name in asked:
            if name in table.columns:
                message = f"one_hot.column: the table already has a column {name!r}."
                raise InvalidParameter(message, hint=self.way_out())
        new = [one.fill_null(False).cast("float64").name(name) for name, one in asked.items()]
        return table.mutate(new) if new else table

    def sentence(self) -> str:
        frequent = f"the {self.most} most frequent values of {self.column!r}"
        return f"Make a column of yes and no for each of {frequent}."
