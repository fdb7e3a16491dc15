"""Limit values to a range."""

from functools import reduce
from operator import or_
from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain.columns import NoFormula, NumericColumn
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.formula_compiler import compile_formula
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_FAR = 1e15


class LimitValues(Step):
    """Treat values of ``column`` that cannot be: outside a range that you know.

    In: a numeric ``column``. Out: the same rows, ``column`` as float64: values outside the range
    become NULL, the nearest value inside, or what a formula of the row gives (``rule``), such as
    `height` / 100 for one in centimetres; NULL where the formula's value is outside as well. NULL
    stays NULL. Learned: nothing.
    """

    label: ClassVar[str] = "Limit values to a range"
    topic: ClassVar[Topic] = Topic.ODD
    also: ClassVar[str] = (
        "impossible negative range minimum maximum bounds invalid out of range fix"
    )
    kind: Literal["limit_values"] = "limit_values"
    column: NumericColumn = Field(description="Column to limit")
    lowest: float | None = Field(0.0, ge=-_FAR, le=_FAR, description="Smallest that can be")
    highest: float | None = Field(None, ge=-_FAR, le=_FAR, description="Largest that can be")
    how: Literal["missing", "nearest", "rule"] = Field(
        "missing", description="What becomes of values outside"
    )
    rule: NoFormula = Field("", description="The formula, when rule is chosen")

    @model_validator(mode="after")
    def _a_range(self) -> "LimitValues":
        if self.lowest is None and self.highest is None:
            raise ValueError("give lowest, highest or both")
        if None not in (self.lowest, self.highest) and self.lowest > self.highest:  # type: ignore[operator]
            raise ValueError("lowest is above highest")
        if self.how == "rule" and not self.rule:
            raise ValueError("rule: give a formula, such as height / 100")
        return self

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        if self.how == "rule":
            rows = ibis.table(schema, name="rows")
            if not compile_formula(self.rule, rows, "limit_values.rule").type().is_numeric():
                message = f"limit_values.rule: {self.rule} gives no number."
                raise WrongColumnKind(message, hint="Give a formula such as height / 100.")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        values: Any = table[self.column].cast("float64")
        instead: Any = ibis.null("float64")
        if self.how == "rule":
            said: Any = compile_formula(self.rule, table, "limit_values.rule").cast("float64")
            instead = self._outside(said).ifelse(None, said)
        elif self.how == "nearest":
            instead = values.clip(
                lower=None if self.lowest is None else exact(self.lowest),
                upper=None if self.highest is None else exact(self.highest),
            )
        new = self._outside(values).ifelse(instead, values)
        return table.mutate(new.name(self.column))

    def _outside(self, values: Any) -> Any:
        below = [] if self.lowest is None else [values < exact(self.lowest)]
        above = [] if self.highest is None else [values > exact(self.highest)]
        return reduce(or_, below + above).fill_null(False)

    def sentence(self) -> str:
        bounds = (("below", self.lowest), ("above", self.highest))
        where = " or ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)
        if self.how == "rule":
            named = " and ".join(repr(name) for field, name, _ in self.picks() if field == "rule")
            becomes = f"become {self.rule}" + (f", from {named}" if named else "")
        else:
            nearest = self.how == "nearest"
            becomes = "move to the nearest allowed" if nearest else "become missing"
        return f"Values of {self.column!r} {where} {becomes}."
