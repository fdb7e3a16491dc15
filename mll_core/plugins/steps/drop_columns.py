"""Drop columns."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Columns
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class DropColumns(Step):
    """Remove ``columns``.

    In: any table. Out: the same rows without these columns; at least one must be left.
    Learned: nothing.
    """

    label: ClassVar[str] = "Drop columns"
    topic: ClassVar[Topic] = Topic.COLUMNS
    also: ClassVar[str] = "remove delete leave out hide"
    kind: Literal["drop_columns"] = "drop_columns"
    columns: Columns = Field(min_length=1, description="Columns to remove")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        if set(schema.names) <= set(self.columns):
            message = "drop_columns.columns: no column would be left."
            raise InvalidParameter(message, hint="Keep at least one column.")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        return table.select([name for name in table.columns if name not in self.columns])

    def sentence(self) -> str:
        return f"Remove {' and '.join(map(repr, self.columns))}."
