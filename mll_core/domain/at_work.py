"""One step at work on a table: what it refuses, and its query as one SELECT."""

from collections.abc import Callable

import ibis.expr.operations as ops
import ibis.expr.types as ir

from mll_core.domain.step import Learned, Step
from mll_core.domain.table_step import TableStep

Run = Callable[[ir.Table], Learned]
"""Executes one query over the rows that are learned from."""


def refuse(step: Step, table: ir.Table, run: Run) -> None:
    """Raises UnknownColumn, WrongColumnKind, InvalidParameter for what ``step`` cannot do."""
    step.check(table.schema())
    if isinstance(step, TableStep) and (doubts := step.doubts(table)) is not None:
        step.refuse(run(doubts))


def learn(step: Step, table: ir.Table, run: Run) -> Learned:
    """What ``step`` learns on ``table``. Raises as ``refuse`` does."""
    refuse(step, table, run)
    statistics = step.learn(table)
    return () if statistics is None else step.summarise(run(statistics))


def one_select(step: Step, table: ir.Table, learned: Learned) -> ir.Table:
    """The table after ``step``.

    ``view()`` keeps one SELECT per step. Without it Ibis inlines each step into the next, and the
    SQL grows exponentially with the number of steps that touch the same column.
    """
    after = step.apply(table, learned)
    return table if _is_all_of(after.op(), table) else after.view()


def _is_all_of(relation: ops.Relation, table: ir.Table) -> bool:
    """Whether a step had nothing to do: its select would be a star, which tells no columns."""
    if relation == table.op():
        return True
    if not isinstance(relation, ops.Project) or list(relation.values) != list(table.columns):
        return False
    return all(value == table[name].op() for name, value in relation.values.items())
