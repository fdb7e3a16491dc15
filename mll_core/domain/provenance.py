"""Where a shaped row came from: the numbers of its raw rows, carried through the steps."""

from typing import Any

import ibis
import ibis.expr.types as ir

HIDDEN = "\ue000"
"""How columns begin that no person put there: a letter of no alphabet. Steps carry them along and
look at nothing in them."""
ROW = f"{HIDDEN}raw row"
"""The column that carries the numbers: a whole one, or a list of them where several rows became
one."""
SIDE = f"{HIDDEN}side"
"""The column that says on which side of the split a row is, where rows are parted before steps
choose among them: a number from 0, the rows that are learned from come first."""
SIDES = 6
"""How many there are."""
DRAWN = f"{HIDDEN}drawn side"
"""The same where sides were drawn by chance: of copies on two sides only one may stay."""


def shown(table: ir.Table | ibis.Schema) -> list[str]:
    """The columns of ``table`` that a person put there, in order."""
    names = table.names if isinstance(table, ibis.Schema) else table.columns
    return [name for name in names if not name.startswith(HIDDEN)]


def parted(table: ir.Table) -> list[str]:
    """The columns in which rows must agree, besides what a step compares, to be chosen among."""
    return [name for name in (SIDE, DRAWN) if name in table.columns]


def apart(table: ir.Table) -> bool:
    """Whether what steps take for the same must not stay on two sides."""
    return DRAWN in table.columns


def collected(table: ir.Table) -> dict[str, Any]:
    """What an aggregation of ``table`` adds, so that its rows know which raw rows made them."""
    if ROW not in table.columns:
        return {}
    rows: Any = table[ROW].collect()
    return {ROW: rows.flatten() if table[ROW].type().is_array() else rows}
