"""Make rows of columns."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NumericColumns
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.step import Learned, Rows, Step
from mll_core.domain.topic import Topic


class UnpivotColumns(Step):
    """Make a row of each of some columns: one row per customer and month, not a column per month.

    In: numeric ``columns``. Out: as many rows for each row as there are ``columns``, in their
    order: the other columns, ``name`` (which column, text) and ``value`` (float64, NULL stays).
    Learned: nothing; it runs once, before the split.
    """

    label: ClassVar[str] = "Make rows of columns"
    topic: ClassVar[Topic] = Topic.TABLES
    also: ClassVar[str] = "long melt gather turn reshape rows"
    rows: ClassVar[Rows] = "shape"
    kind: Literal["unpivot_columns"] = "unpivot_columns"
    columns: NumericColumns = Field(min_length=1, description="Columns that become rows")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        for name in ("name", "value"):
            if name in schema and name not in self.columns:
                message = f"unpivot_columns.columns: the table already has a column {name!r}."
                raise InvalidParameter(message, hint="Rename that column first.")

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        others = {name: unit for name, unit in known.items() if name not in self.columns}
        of = {known.get(name) for name in self.columns}
        (same, *more) = of
        return others if more or same is None else {**others, "value": same}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        names = list(dict.fromkeys(self.columns))
        others = [name for name in table.columns if name not in names]
        numbered = table.select(*others, *names, _arrival=ibis.row_number()).view()
        parts = [
            numbered.select(
                *others,
                name=ibis.literal(name),
                value=numbered[name].cast("float64"),
                _arrival=numbered["_arrival"],
                _place=ibis.literal(place),
            )
            for place, name in enumerate(names)
        ]
        rows = parts[0]
        for part in parts[1:]:
            rows = rows.union(part)
        return rows.order_by("_arrival", "_place").drop("_arrival", "_place")

    @property
    def changes(self) -> frozenset[str]:
        return frozenset(self.columns)

    def spreads(self) -> frozenset[str]:
        return frozenset({"name", "value"})

    def sentence(self) -> str:
        return f"Make a row of each of {' and '.join(map(repr, self.columns))}."
