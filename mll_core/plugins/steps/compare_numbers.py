"""Set two numbers against each other."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NewColumn, NumericColumn
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

How = Literal["ratio", "difference", "change", "share"]
_SAID: dict[How, str] = {
    "ratio": "{} divided by {}",
    "difference": "{} minus {}",
    "change": "{} minus {}, as a part of the latter",
    "share": "{} as a part of itself and {} together",
}


class CompareNumbers(Step):
    """Make a column of a ratio or a difference of two numbers.

    In: two numeric columns. Out: the same rows, one column more, float64: ``ratio`` a / b,
    ``difference`` a - b, ``change`` (a - b) / b, ``share`` a / (a + b); NULL when one is NULL and
    where it would be divided by 0. Learned: nothing.
    """

    label: ClassVar[str] = "Ratio or difference of two columns"
    topic: ClassVar[Topic] = Topic.COMPUTED
    also: ClassVar[str] = "divide per share minus subtract difference quotient"
    kind: Literal["compare_numbers"] = "compare_numbers"
    column: NumericColumn = Field(description="The one number")
    other: NumericColumn = Field(description="The other, which it is set against")
    how: How = Field("ratio", description="How they are set against each other")
    into: NewColumn = Field(description="Name of the new column")

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        others, one = super().units(known), known.get(self.column)
        same = self.how == "difference" and one == known.get(self.other)
        return {**others, self.into: one} if one and same else others

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        one, other = table[self.column].cast("float64"), table[self.other].cast("float64")
        return table.mutate(self._compared(one, other).name(self.into))

    def sentence(self) -> str:
        return f"Make {self.into!r}: {_SAID[self.how].format(repr(self.column), repr(self.other))}."

    def _compared(self, one: Any, other: Any) -> Any:
        match self.how:
            case "ratio":
                return one / other.nullif(0.0)
            case "difference":
                return one - other
            case "change":
                return (one - other) / other.nullif(0.0)
        return one / (one + other).nullif(0.0)
