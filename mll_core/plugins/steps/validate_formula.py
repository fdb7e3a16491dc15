"""Judge rows by a formula."""

from collections.abc import Iterator
from typing import ClassVar, Literal, Self

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain.columns import Columns, Formula, NewColumn
from mll_core.domain.formula_compiler import compile_condition
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ValidateFormula(Step):
    """Judge each row by a formula, and mark the rows that break it or make values missing.

    In: the columns the formula names. Out: the same rows; one boolean column more, true where the
    formula is false, or the ``missing`` columns as NULL there. Where the formula is missing nothing
    is broken. Rows to be scored are judged alike. Learned: nothing.
    """

    label: ClassVar[str] = "Judge rows by a formula"
    topic: ClassVar[Topic] = Topic.ODD
    also: ClassVar[str] = "check rule condition invalid flag test"
    kind: Literal["validate_formula"] = "validate_formula"
    formula: Formula = Field(description="What must be true of a row, such as start <= end")
    into: NewColumn = Field("breaks rule", description="Name of the mark; empty: no mark")
    missing: Columns = Field((), description="Columns made missing where the rule is broken")

    @model_validator(mode="after")
    def _of_use(self) -> Self:
        if not self.into and not self.missing:
            raise ValueError("give into, missing or both")
        return self

    def makes(self) -> Iterator[tuple[str, str]]:
        if self.into:
            yield "into", self.into

    @property
    def changes(self) -> frozenset[str]:
        return frozenset(self.missing)

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        compile_condition(self.formula, ibis.table(schema, name="rows"), f"{self.kind}.formula")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        kept = compile_condition(self.formula, table, f"{self.kind}.formula")
        broken = ~kept.fill_null(True)
        new = [
            broken.ifelse(ibis.null(table[name].type()), table[name]).name(name)
            for name in dict.fromkeys(self.missing)
        ]
        return table.mutate([*new, *([broken.name(self.into)] if self.into else [])])

    def sentence(self) -> str:
        columns = " and ".join(dict.fromkeys(repr(column) for _, column, _ in self.picks()))
        mark = f"add {self.into!r}, true there" if self.into else ""
        names = " and ".join(map(repr, self.missing))
        missing = f"make {names} missing" if names else ""
        what = ", and ".join(filter(None, (mark, missing)))
        return f"Where {self.formula} is broken, judged by {columns}, {what}."
