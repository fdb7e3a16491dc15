"""Append rows of another table."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import pairing
from mll_core.domain.columns import SourceAddress
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.provenance import shown
from mll_core.domain.source_address import title_of
from mll_core.domain.staging import unused
from mll_core.domain.step import Learned, Rows
from mll_core.domain.table_step import TableStep
from mll_core.domain.topic import Topic


class AppendTable(TableStep):
    """Put the rows of another table under those of this one, matched by the names of columns.

    In: any table. Out: the same columns, the rows in their order, then those of the other table.
    What a table does not have is NULL in its rows; what only the other one has is left out, or
    taken with ``new_columns``. Learned: nothing; it runs once, before the split.
    """

    label: ClassVar[str] = "Append rows of another table"
    topic: ClassVar[Topic] = Topic.TABLES
    also: ClassVar[str] = "union concat stack combine add rows below"
    rows: ClassVar[Rows] = "shape"
    appends: ClassVar[bool] = True
    kind: Literal["append_table"] = "append_table"
    source: SourceAddress = Field(description="The other table")
    new_columns: bool = Field(False, description="Take columns, too, that only it has")

    def sources(self) -> tuple[str, ...]:
        return (self.source,)

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        other = self.other(self.source).schema()
        both = [name for name in schema.names if name in other]
        if not both:
            what = f"append_table: no column of {title_of(self.source)} is called as one here."
            raise InvalidParameter(what, hint="Rename columns first, or choose another table.")
        for name in both:
            pairing.check_kinds((name, schema[name]), (name, other[name]), self.kind)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        other, here = self.other(self.source), shown(table)
        new = [name for name in other.columns if name not in here] if self.new_columns else []
        part, arrival = unused("_part", table), unused("_arrival", table)
        own: dict[str, Any] = {name: table[name] for name in table.columns}
        more: dict[str, Any] = {name: ibis.null(table[name].type()) for name in table.columns}
        for name in here:
            if name in other.columns:
                dtype = pairing.common(table[name].type(), other[name].type())
                own[name], more[name] = table[name].cast(dtype), other[name].cast(dtype)
        own |= {name: ibis.null(other[name].type()) for name in new}
        more |= {name: other[name] for name in new}
        tables = ((table, own), (other, more))
        first, second = (
            rows.select(
                *[value.name(name) for name, value in columns.items()],
                ibis.literal(number, "int8").name(part),
                ibis.row_number().name(arrival),
            )
            for number, (rows, columns) in enumerate(tables)
        )
        return first.union(second).order_by(part, arrival).drop(part, arrival)

    def sentence(self) -> str:
        new = ", with the columns that only it has" if self.new_columns else ""
        return f"Append the rows of {title_of(self.source)}, matched by column name{new}."
