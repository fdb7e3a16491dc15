"""Columns for a while: a query that uses a long expression often, but computes it once."""

from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir


@dataclass(frozen=True)
class Stage:
    """A table with more columns under names that it does not have; ``stage["x"]`` is one of them.

    Ibis writes an expression out wherever it is used: without stages, SQL and time multiply.
    """

    table: ir.Table
    names: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, what: str) -> Any:
        """The column added as ``what``."""
        return self.table[self.names[what]]

    def then(self, **values: Any) -> "Stage":
        """The same with more columns, made of those there are."""
        names = {what: unused(f"_{what}", self.table) for what in values}
        wider = self.table.mutate([value.name(names[what]) for what, value in values.items()])
        return Stage(wider.view(), {**self.names, **names})

    def replacing(self, column: str, value: Any, within: ir.Table) -> ir.Table:
        """The columns of ``within`` alone, ``value`` in the place of ``column``."""
        names = within.columns
        return self.table.select([(value if n == column else self.table[n]).name(n) for n in names])


def unused(name: str, table: ir.Table) -> str:
    """A name like ``name`` that the table does not have."""
    return unused(f"{name}_", table) if name in table.columns else name
