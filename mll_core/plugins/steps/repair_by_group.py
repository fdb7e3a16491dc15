"""Repair values by their group."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn, Columns
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.lookups import MOST, text_of
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_APART = "\x1f"
_SLIPS = 3


class RepairByGroup(Step):
    """Put the usual value of a row's group in place of gaps and slips: one ZIP code, one city.

    In: a text ``column`` and the columns ``by`` that decide it. Out: the same rows, ``column`` as
    text; a row without a group, or of a group without a usual value, stays as it is. A slip
    differs from the usual value in at most a third of its letters.
    Learned: one row per group, ``level`` and ``value``: the most frequent training value where it
    has at least ``share`` of at least ``least`` rows with a value; the 1,000 largest such groups.
    """

    label: ClassVar[str] = "Repair values by their group"
    topic: ClassVar[Topic] = Topic.ODD
    also: ClassVar[str] = "typo correct wrong inconsistent zip city fix"
    kind: Literal["repair_by_group"] = "repair_by_group"
    column: CategoricalColumn = Field(description="Column to repair")
    by: Columns = Field(min_length=1, description="Columns that decide what stands in it")
    what: Literal["slips and gaps", "gaps", "all"] = Field(
        "slips and gaps", description="What is replaced by the usual value of the group"
    )
    share: float = Field(0.6, ge=0.5, le=1, description="Share of the group that must agree")
    least: int = Field(3, ge=2, le=1_000, description="Rows a group must have")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        if self.column in self.by:
            message = f"repair_by_group.by: {self.column!r} cannot decide itself."
            raise InvalidParameter(message, hint="Pick other columns.")

    def learn(self, table: ir.Table) -> ir.Table:
        rows = table.select(level=self._level(table), value=table[self.column])
        rows = rows.filter(rows["level"].notnull() & rows["value"].notnull())
        counts = rows.group_by("level", "value").aggregate(n=ibis._.count())
        group = ibis.window(group_by="level")
        ranked = counts.mutate(
            of=counts["n"].sum().over(group),
            place=ibis.row_number().over(
                group_by="level", order_by=[ibis.desc("n"), counts["value"]]
            ),
        ).view()
        usual = (ranked["place"] == 0) & (ranked["of"] >= self.least)
        found = ranked.filter(usual & (ranked["n"] >= ranked["of"] * self.share))
        return found.order_by(ibis.desc("of"), "level").limit(MOST).select("level", "value")

    def summarise(self, rows: Learned) -> Learned:
        return tuple(sorted(rows, key=lambda row: str(row["level"])))

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        text = table[self.column]
        usual = {str(row["level"]): str(row["value"]) for row in learned}
        if not usual:
            return table.mutate(text.name(self.column))
        found = text_of(self._level(table), usual, ibis.null("string"))
        repaired = text.coalesce(found)
        if self.what == "all":
            repaired = found.coalesce(text)
        elif self.what == "slips and gaps":
            slip = text.levenshtein(found) * _SLIPS <= found.length()
            repaired = slip.fill_null(False).ifelse(found, repaired)
        return table.mutate(repaired.name(self.column))

    def sentence(self) -> str:
        by = " and ".join(map(repr, self.by))
        where = {"all": "all values", "gaps": "gaps"}.get(self.what, "slips and gaps")
        return f"Replace {where} of {self.column!r} by the usual value of the same {by}."

    def _level(self, table: ir.Table) -> Any:
        """The group of a row as text; NULL when one of its columns is."""
        first, *others = (table[name].cast("string") for name in self.by)
        for other in others:
            first = first.concat(_APART, other)
        return first
