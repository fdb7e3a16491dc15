"""Aggregate rows."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Columns, NumericColumns
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.provenance import collected
from mll_core.domain.step import Learned, Rows, Step


class AggregateRows(Step):
    """Make one row per group, with the number of rows and figures of numeric columns.

    In: any table. Out: a row per combination of ``by`` (NULL is a group of its own), in their
    order; ``rows``, and ``<column>_<figure>`` of each of ``columns`` and ``figures``, float64.
    Learned: nothing; it runs once, before the split.
    """

    label: ClassVar[str] = "Aggregate to one row per group"
    rows: ClassVar[Rows] = "shape"
    kind: Literal["aggregate_rows"] = "aggregate_rows"
    by: Columns = Field(description="One row for each of these", min_length=1)
    columns: NumericColumns = Field((), description="Numbers to sum up")
    figures: tuple[Literal["sum", "mean", "min", "max"], ...] = Field(
        ("sum", "mean"), description="Figures of those numbers"
    )

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        made = ["rows", *(f"{c}_{figure}" for c in self.columns for figure in self.figures)]
        for name in made:
            if name in self.by or made.count(name) > 1:
                message = f"aggregate_rows.by: there would be two columns {name!r}."
                raise InvalidParameter(message, hint="Rename one of the columns first.")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        figures: dict[str, Any] = {"rows": table.count().cast("float64")}
        for column in self.columns:
            values = table[column].cast("float64")
            for figure in self.figures:
                figures[f"{column}_{figure}"] = getattr(values, figure)()
        grouped = table.aggregate(by=list(self.by), **figures, **collected(table))
        return grouped.order_by([grouped[name].asc(nulls_first=True) for name in self.by])

    def sentence(self) -> str:
        by = " and ".join(map(repr, self.by))
        of = " and ".join(map(repr, self.columns))
        figures = f", with the {' and '.join(self.figures)} of {of}" if self.columns else ""
        return f"Make one row per {by}: the number of rows{figures}."
