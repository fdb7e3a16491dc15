"""Make columns of values."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain import exact_sums
from mll_core.domain.columns import AnyColumn, NumericColumn, ValuesOfColumn, holds
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.gathering import Gathering
from mll_core.domain.literals import literal, read_value
from mll_core.domain.provenance import collected
from mll_core.domain.step import Learned
from mll_core.domain.topic import Topic

MOST = 50


class PivotValues(Gathering):
    """Make a column of each value of ``column``: one row per customer, a column per month.

    In: any table. Out: a row per combination of ``by`` (NULL is one), in their order, and a column
    ``<column>_<value>`` for each of ``values``, float64: the ``figure`` of ``number`` over the rows
    with that value, NULL where there is none, or how many ``rows`` there are. The values are
    named, not learned, so that the columns are the same whatever the rows; rows with other values
    count for nothing. Learned: nothing; it runs once, before the split.
    """

    label: ClassVar[str] = "Make columns of values"
    topic: ClassVar[Topic] = Topic.TABLES
    also: ClassVar[str] = "wide crosstab spread turn reshape columns"
    kind: Literal["pivot_values"] = "pivot_values"
    column: AnyColumn = Field(description="Column whose values become columns")
    values: ValuesOfColumn = Field(
        min_length=1, max_length=MOST, description=f"Those values, at most {MOST}"
    )
    figure: Literal["rows", "sum", "mean", "min", "max"] = Field(
        "rows", description="What stands in the new columns"
    )
    number: NumericColumn | None = Field(None, description="Number of which it is the figure")

    @model_validator(mode="after")
    def _of_a_number(self) -> "PivotValues":
        if self.figure != "rows" and self.number is None:
            raise ValueError(f"give number, the column whose {self.figure} is asked for")
        if len({*self.values}) < len(self.values):
            raise ValueError("a value is named twice in values")
        return self

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        for value in self.values:
            if read_value(value, schema[self.column]) is None:
                what = f"pivot_values.values: {value!r} is no value of {self.column!r}"
                hint = "Write it as it stands in the column, or convert the column first."
                raise InvalidParameter(
                    f"{what}, which holds {holds(schema[self.column])}.", hint=hint
                )
            if self._name(value) in self.by:
                what = f"pivot_values.values: there would be two columns {self._name(value)!r}."
                raise InvalidParameter(what, hint="Rename one of the columns first.")

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        unit = known.get(self.number or "") if self.figure != "rows" else None
        made = {self._name(value): unit for value in self.values} if unit else {}
        return {**super().units(known), **made}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        found = table[self.column]
        made: dict[str, Any] = {}
        for value in self.values:
            here = found == literal(read_value(value, found.type()), found.type())
            if self.number is None or self.figure == "rows":
                made[self._name(value)] = table.count(where=here).cast("float64")
            else:
                number = here.ifelse(table[self.number].cast("float64"), ibis.null("float64"))
                made[self._name(value)] = exact_sums.figure(number, self.figure)
        grouped = table.aggregate(by=list(self.by), **made, **collected(table))
        return grouped.order_by([grouped[name].asc(nulls_first=True) for name in self.by])

    def sentence(self) -> str:
        by = " and ".join(map(repr, self.by))
        of = f" of {self.number!r}" if self.number else ""
        what = "the number of rows" if self.figure == "rows" else f"the {self.figure}"
        count = f"{len(self.values)} value{'s' * (len(self.values) != 1)}"
        return f"Make one row per {by}, a column for {count} of {self.column!r}: {what}{of}."

    def _name(self, value: str) -> str:
        return f"{self.column}_{value}"
