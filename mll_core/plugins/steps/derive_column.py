"""Derive a column."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import AliasChoices, Field

from mll_core.domain.columns import Formula, NewColumn
from mll_core.domain.formula_compiler import compile_formula
from mll_core.domain.formula_units import unit_of
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class DeriveColumn(Step):
    """Add a column computed from others by a formula.

    In: the columns the formula names. Out: the same rows, one column more: number, text, true or
    false, or date. Missing in, missing out; what is not defined, such as a division by zero, is
    missing. Learned: nothing.
    """

    label: ClassVar[str] = "Derive a column"
    topic: ClassVar[Topic] = Topic.COMPUTED
    also: ClassVar[str] = "formula calculate compute add new expression if convert unit"
    kind: Literal["derive_column"] = "derive_column"
    to: NewColumn = Field(
        description="Name of the new column", validation_alias=AliasChoices("to", "name")
    )
    formula: Formula = Field(description="How it is computed, such as income / household")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        compile_formula(self.formula, ibis.table(schema, name="rows"), "derive_column.formula")

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        others, unit = super().units(known), unit_of(self.formula, known)
        return {**others, self.to: unit} if unit else others

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        value = compile_formula(self.formula, table, "derive_column.formula")
        return table.mutate(value.name(self.to))

    def sentence(self) -> str:
        columns = " and ".join(repr(column) for _, column, _ in self.picks())
        source = f", from {columns}" if columns else ""
        unit = unit_of(self.formula)
        told = f" It is in {unit}." if unit else ""
        return f"Add {self.to!r}, which is {self.formula}{source}.{told}"
