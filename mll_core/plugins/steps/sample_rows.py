"""Sample rows."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Columns
from mll_core.domain.staging import unused
from mll_core.domain.step import Learned, Rows, Step

_PRIME = 2**31 - 1


class SampleRows(Step):
    """Keep a random part of the rows, in each group the same part when groups are named.

    In: any table. Out: the same columns, rows in their order: ``share`` of all, rounded up, drawn
    by ``seed``; the same rows every time. With ``by`` that share of every group (NULL is one).
    Learned: nothing. Source of the draw: Lehmer (1951), a multiplicative generator, thrice, with
    the middle squared as von Neumann did.
    """

    label: ClassVar[str] = "Sample rows"
    rows: ClassVar[Rows] = "drop"
    kind: Literal["sample_rows"] = "sample_rows"
    share: float = Field(0.1, ge=0.0001, le=1, description="Part of the rows to keep")
    by: Columns = Field((), description="The same part of each group of these columns")
    seed: int = Field(0, ge=0, le=1_000_000, description="Another number draws other rows")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        names = {what: unused(f"_{what}", table) for what in ("arrival", "draw", "place", "of")}
        rows = table.mutate(ibis.row_number().name(names["arrival"])).view()
        rows = rows.mutate(self._draw(rows[names["arrival"]]).name(names["draw"])).view()
        group = [rows[name] for name in self.by]
        order = [rows[names["draw"]], rows[names["arrival"]]]
        place = ibis.row_number().over(group_by=group, order_by=order)
        of = rows.count().over(group_by=group)
        rows = rows.mutate(place.name(names["place"]), of.name(names["of"])).view()
        wanted = (rows[names["of"]].cast("float64") * self.share).ceil()
        kept = rows.filter(rows[names["place"]] < wanted)
        return kept.order_by(names["arrival"]).drop(*names.values())

    def sentence(self) -> str:
        each = f" of each group of {' and '.join(map(repr, self.by))}" if self.by else ""
        return f"Keep a random {100 * self.share:g} % of the rows{each} (seed {self.seed})."

    def _draw(self, number: Any) -> Any:
        draw = number.cast("int64") % _PRIME
        for factor in (48271, 69621, 39373):
            draw = (draw * factor + self.seed * factor + 1) % _PRIME
            draw = draw * draw % _PRIME  # products alone would draw the same rows, only shifted
        return draw * 16807 % _PRIME
