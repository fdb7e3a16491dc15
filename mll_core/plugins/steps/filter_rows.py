"""Filter rows."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Formula
from mll_core.domain.formula_compiler import compile_condition
from mll_core.domain.step import Learned, Rows, Step
from mll_core.domain.topic import Topic


class FilterRows(Step):
    """Keep the rows for which a formula is true.

    In: the columns the formula names. Out: the same columns, at most as many rows, in their order.
    A row for which the formula is missing goes as well. Learned: nothing.
    """

    label: ClassVar[str] = "Filter rows"
    topic: ClassVar[Topic] = Topic.ROWS
    also: ClassVar[str] = "where keep only select remove delete exclude condition subset"
    rows: ClassVar[Rows] = "drop"
    kind: Literal["filter_rows"] = "filter_rows"
    formula: Formula = Field(description="What must be true of a row, such as age >= 18")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        compile_condition(self.formula, ibis.table(schema, name="rows"), "filter_rows.formula")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        return table.filter(compile_condition(self.formula, table, "filter_rows.formula"))

    def sentence(self) -> str:
        columns = " and ".join(repr(column) for _, column, _ in self.picks())
        return f"Keep only the rows where {self.formula}, judged by {columns}."
