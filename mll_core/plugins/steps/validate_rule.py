"""Judge values by a rule."""

from collections.abc import Iterator
from typing import ClassVar, Literal, Self

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain.columns import NewColumn
from mll_core.domain.rules import RuleStep
from mll_core.domain.step import Learned
from mll_core.domain.topic import Topic


class ValidateRule(RuleStep):
    """Judge each value by a rule, and mark the rows that break it or make the value missing.

    In: any ``column``; a range needs numbers, a pattern text. Out: the same rows; ``mark``: one
    boolean column more, true where the rule is broken; ``make missing``: NULL there. A missing
    value breaks only ``is there``. Rows to be scored are judged alike. Learned: nothing.
    """

    label: ClassVar[str] = "Judge values by a rule"
    topic: ClassVar[Topic] = Topic.ODD
    also: ClassVar[str] = "check pattern invalid flag email range allowed test"
    kind: Literal["validate_rule"] = "validate_rule"
    do: Literal["mark", "make missing"] = Field(
        "mark", description="What happens where the rule is broken"
    )
    into: NewColumn = Field("", description="Name of the mark; empty: the column's and breaks rule")

    @model_validator(mode="after")
    def _of_use(self) -> Self:
        if self.rule == "is there" and self.do == "make missing":
            raise ValueError("what is not there is missing already: mark it, or pick another rule")
        return self

    def makes(self) -> Iterator[tuple[str, str]]:
        if self.do == "mark":
            yield "into", self._name()

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        broken, column = self.broken(table), table[self.column]
        if self.do == "mark":
            return table.mutate(broken.name(self._name()))
        left = broken.ifelse(ibis.null(column.type()), column)
        return table.mutate(left.name(self.column))

    def sentence(self) -> str:
        if self.do == "mark":
            return f"Add {self._name()!r}: true where this rule is broken: {self.said()}."
        return f"Make the value missing where this rule is broken: {self.said()}."

    def _name(self) -> str:
        return self.into or f"{self.column} breaks rule"
