"""Drop rows that break a rule."""

from typing import ClassVar, Literal

import ibis.expr.types as ir

from mll_core.domain.rules import RuleStep
from mll_core.domain.step import Learned, Rows
from mll_core.domain.topic import Topic


class DropBroken(RuleStep):
    """Leave out the rows whose value breaks a rule.

    In: any ``column``; a range needs numbers, a pattern text. Out: the same columns, at most as
    many rows, in their order. A missing value breaks only ``is there``. Rows to be scored are not
    left out: Judge values by a rule marks them. Learned: nothing.
    """

    label: ClassVar[str] = "Drop rows that break a rule"
    topic: ClassVar[Topic] = Topic.ROWS
    also: ClassVar[str] = "remove delete invalid validate wrong check"
    rows: ClassVar[Rows] = "drop"
    kind: Literal["drop_broken"] = "drop_broken"

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        return table.filter(~self.broken(table))

    def sentence(self) -> str:
        return f"Leave out the rows that break this: {self.said()}."
