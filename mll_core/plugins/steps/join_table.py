"""Join another table."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain import pairing
from mll_core.domain.columns import Matches, OtherColumn, OtherColumns, SourceAddress, TimeColumn
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.pairing import MATCHED, Pairing
from mll_core.domain.source_address import title_of
from mll_core.domain.staging import unused
from mll_core.domain.step import Learned, Rows
from mll_core.domain.table_step import TableStep
from mll_core.domain.topic import Topic

How = Literal[
    "all rows", "rows with a match", "rows with a match, no new columns", "rows without a match"
]
_FILTERS = _, _WITHOUT = ("rows with a match, no new columns", "rows without a match")


class JoinTable(TableStep):
    """Add columns of another table, or keep the rows that stand in it, or those that do not.

    In: any table. Out: the same columns and those taken of the other table; at most as many rows,
    in their order, for each row is matched once. In the words of databases: a left, inner, semi or
    anti join. A missing key matches nothing. With ``time`` only rows of the other table that were
    there by then are looked at. Learned: nothing; it runs once, before the split, so a new row
    must bring the new columns with it.
    """

    label: ClassVar[str] = "Join another table"
    topic: ClassVar[Topic] = Topic.TABLES
    also: ClassVar[str] = "merge lookup vlookup combine match add columns left inner"
    rows: ClassVar[Rows] = "drop"
    kind: Literal["join_table"] = "join_table"
    source: SourceAddress = Field(description="The other table")
    on: Matches = Field(min_length=1, max_length=10, description="Columns that must agree")
    how: How = Field("all rows", description="Which rows to keep")
    columns: OtherColumns = Field((), description="Columns to take; none means all of them")
    prefix: str = Field("other_", max_length=40, description="Put before names that are taken")
    several: Literal["refuse", "first", "newest"] = Field(
        "refuse", description="When the other table has several rows that match"
    )
    other_time: OtherColumn | None = Field(
        None, description="Date column of the other table, by which the newest is found"
    )
    time: TimeColumn | None = Field(
        None, description="Date of each row: only what was there by then is looked at"
    )

    @model_validator(mode="after")
    def _whole(self) -> "JoinTable":
        if self.other_time is None and (self.time is not None or self.several == "newest"):
            raise ValueError("give other_time, the date column of the other table")
        return self

    def sources(self) -> tuple[str, ...]:
        return (self.source,)

    def keeping(self) -> "JoinTable | None":
        return None if self.how in _FILTERS else self.model_copy(update={"how": "all rows"})

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        other = self.other(self.source).schema()
        newest = [] if self.other_time is None else [self.other_time]
        pairing.check_there((*self.columns, *newest), other, self.kind)
        self._pairs.check(schema, other, self.kind)
        self._taken(schema.names, other)

    def doubts(self, table: ir.Table) -> ir.Table | None:
        if self.several != "refuse" or self.time is not None or self.how in _FILTERS:
            return None
        return self._pairs.repeated(table, self.other(self.source))

    def refuse(self, found: Learned) -> None:
        for row in found:
            keys = " and ".join(map(repr, self.on))
            what = (
                f"join_table.several: {row['keys']:,} values of {keys} stand in several rows of "
                f"{title_of(self.source)}, one of them in {row['most']:,}."
            )
            raise InvalidParameter(what, hint="Choose which row is taken: the first or the newest.")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        other, arrival = self.other(self.source), unused("_arrival", table)
        taken = {} if self.how in _FILTERS else self._taken(table.columns, other.schema())
        if self.time is None and (self.several != "refuse" or self.how in _FILTERS):
            newest = self.other_time if self.several == "newest" else None
            other = self._pairs.single(other, newest)
        rows = table.mutate(ibis.row_number().name(arrival)).view()
        joined = self._pairs.joined(rows, other, taken)
        if self.how != "all rows":
            joined = joined.filter(joined[MATCHED] == (self.how != _WITHOUT))
        return joined.order_by(arrival).drop(arrival, MATCHED)

    def sentence(self) -> str:
        on = (repr(a) if a == b else f"{a!r} = {b!r}" for a, b in self.on.items())
        new = " and ".join(map(repr, self.columns)) or "all its columns"
        adding = "" if self.how in _FILTERS else f", adding {new}"
        of = {"first": ", the first match", "newest": f", the newest match by {self.other_time!r}"}
        which = of.get(self.several, "")
        if self.time:
            which = f", the newest match by {self.other_time!r} that is not after {self.time!r}"
        found = f"Look {' and '.join(on)} up in {title_of(self.source)}{which}"
        return f"{found}: keep {self.how.split(',')[0]}{adding}."

    @property
    def _pairs(self) -> Pairing:
        times = (self.time, self.other_time) if self.time and self.other_time else None
        return Pairing(self.on, times)

    def _taken(self, there: tuple[str, ...], other: ibis.Schema) -> dict[str, str]:
        names = self.columns or [name for name in other.names if name not in self.on.values()]
        return pairing.named_beside(names, there, self.prefix, self.kind)
