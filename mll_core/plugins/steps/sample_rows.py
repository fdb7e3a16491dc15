"""Sample rows."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain.columns import Columns
from mll_core.domain.provenance import parted
from mll_core.domain.staging import Stage
from mll_core.domain.step import Across, Learned, Rows, Step
from mll_core.domain.topic import Topic

_PRIME = 2**31 - 1


class SampleRows(Step):
    """Keep a random part of the rows: of all, of each group, or whole groups.

    In: any table. Out: the same columns, rows in their order: ``share`` of all, rounded up, or
    ``count``, drawn by ``seed``; the same rows every time. With ``by`` so much of every group
    (NULL is one), with ``whole`` so much of the groups, each with all its rows. Where rows are
    parted before, so much of each part. Learned: nothing.
    Source of the draw: Lehmer (1951), a multiplicative generator, thrice, with the middle squared
    as von Neumann did.
    """

    label: ClassVar[str] = "Sample rows"
    topic: ClassVar[Topic] = Topic.ROWS
    also: ClassVar[str] = "random fewer subset stratified part draw"
    rows: ClassVar[Rows] = "drop"
    kind: Literal["sample_rows"] = "sample_rows"
    share: float = Field(0.1, ge=0.0001, le=1, description="Part of the rows to keep")
    count: int | None = Field(
        None, ge=1, le=10**9, description="So many instead of a part; none: the part"
    )
    by: Columns = Field(
        (), description="From each group of these columns, as in a stratified sample"
    )
    whole: bool = Field(False, description="Draw whole groups, not rows of each")
    seed: int = Field(0, ge=0, le=1_000_000, description="Another number draws other rows")

    @model_validator(mode="after")
    def _of_groups(self) -> "SampleRows":
        if self.whole and not self.by:
            raise ValueError("give by, the columns whose groups are drawn whole")
        return self

    def across(self) -> Across:
        return Across()  # a row is drawn by its number, which rows of any group count up

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        rows, part = Stage(table).then(arrival=ibis.row_number()), parted(table)
        number = rows["arrival"]
        if part:
            number = ibis.row_number().over(group_by=part, order_by=number)
        rows = rows.then(number=number)
        number = rows["number"]
        if self.whole:  # all rows of a group are drawn by the number of its first
            number = number.min().over(group_by=[*self.by, *part])
        rows = rows.then(first=number)
        rows = rows.then(draw=self._draw(rows["first"]))
        group = part if self.whole else [*self.by, *part]
        order = [rows["draw"], rows["first"]]
        place = ibis.dense_rank() if self.whole else ibis.row_number()
        rows = rows.then(place=place.over(group_by=group, order_by=order))
        rows = rows.then(of=(rows["place"].max() + 1).over(group_by=group))
        wanted = (rows["of"].cast("float64") * self.share).ceil()
        kept = rows.table.filter(rows["place"] < (wanted if self.count is None else self.count))
        return kept.order_by(rows.names["arrival"]).drop(*rows.names.values())

    def sentence(self) -> str:
        groups = " and ".join(map(repr, self.by))
        much = f"{100 * self.share:g} %" if self.count is None else f"{self.count:,}"
        of = f"of the groups of {groups}, with all their rows" if self.whole else "of the rows"
        each = f" of each group of {groups}" if self.by and not self.whole else ""
        return f"Keep a random {much} {of}{each} (seed {self.seed})."

    def _draw(self, number: Any) -> Any:
        draw = number.cast("int64") % _PRIME
        for factor in (48271, 69621, 39373):
            draw = (draw * factor + self.seed * factor + 1) % _PRIME
            draw = draw * draw % _PRIME  # products alone would draw the same rows, only shifted
        return draw * 16807 % _PRIME
