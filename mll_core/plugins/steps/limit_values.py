"""Limit values to a range."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain.columns import NumericColumn
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step

_FAR = 1e15


class LimitValues(Step):
    """Treat values of ``column`` that cannot be: outside a range that you know.

    In: a numeric ``column``. Out: the same rows, ``column`` as float64: values outside the range
    become NULL, or the nearest value inside. NULL stays NULL. Learned: nothing.
    """

    label: ClassVar[str] = "Limit values to a range"
    kind: Literal["limit_values"] = "limit_values"
    column: NumericColumn = Field(description="Column to limit")
    lowest: float | None = Field(0.0, ge=-_FAR, le=_FAR, description="Smallest that can be")
    highest: float | None = Field(None, ge=-_FAR, le=_FAR, description="Largest that can be")
    how: Literal["missing", "nearest"] = Field(
        "missing", description="What becomes of values outside"
    )

    @model_validator(mode="after")
    def _a_range(self) -> "LimitValues":
        if self.lowest is None and self.highest is None:
            raise ValueError("give lowest, highest or both")
        if None not in (self.lowest, self.highest) and self.lowest > self.highest:  # type: ignore[operator]
            raise ValueError("lowest is above highest")
        return self

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        values = table[self.column].cast("float64")
        for bound, outside in ((self.lowest, values.__lt__), (self.highest, values.__gt__)):
            if bound is None:
                continue
            instead = exact(bound) if self.how == "nearest" else ibis.null("float64")
            values = outside(exact(bound)).ifelse(instead, values)
        return table.mutate(values.name(self.column))

    def sentence(self) -> str:
        bounds = (("below", self.lowest), ("above", self.highest))
        where = " or ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)
        becomes = "become missing" if self.how == "missing" else "move to the nearest allowed"
        return f"Values of {self.column!r} {where} {becomes}."
