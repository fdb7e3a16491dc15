"""Replace values."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import AnyColumn, Pairs, holds
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.literals import literal, read_value
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ReplaceValues(Step):
    """Put other values, or nothing, in place of some values of ``column``.

    In: a text, number, true-or-false or date ``column``; values are compared whole. Out: the same
    rows; numbers as float64. NULL stays NULL, and a value that is not listed stays as it is; each
    value is replaced at most once. Learned: nothing.
    """

    label: ClassVar[str] = "Replace values"
    topic: ClassVar[Topic] = Topic.TEXT
    also: ClassVar[str] = "map recode rename correct typo spelling lookup mapping change"
    kind: Literal["replace_values"] = "replace_values"
    column: AnyColumn = Field(description="Column to change")
    values: Pairs = Field(min_length=1, description="Old value and new one; none: missing")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        for text in [*self.values, *filter(None, self.values.values())]:
            if read_value(text, schema[self.column]) is None:
                message = f"replace_values.values: {text!r} cannot stand in {self.column!r}"
                hint = f"Write values as they are in {self.column!r}."
                raise WrongColumnKind(
                    f"{message}, which holds {holds(schema[self.column])}.", hint=hint
                )

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        dtype = table[self.column].type()
        dtype = dt.float64 if dtype.is_numeric() else dtype
        column = table[self.column].cast(dtype)
        pairs = []
        for old, new in self.values.items():
            put = None if new is None else read_value(new, dtype)
            then = ibis.null(dtype) if put is None else literal(put, dtype)
            pairs.append((column == literal(read_value(old, dtype), dtype), then))
        return table.mutate(ibis.cases(*pairs, else_=column).name(self.column))

    def sentence(self) -> str:
        pairs = [f"{old!r} by {new!r}" for old, new in self.values.items() if new is not None]
        gone = [repr(old) for old, new in self.values.items() if new is None]
        pairs += [f"{' and '.join(gone)} by missing"] if gone else []
        return f"In {self.column!r}, replace {', '.join(pairs)}."
