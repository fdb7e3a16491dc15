"""What a row may know of others: the rows of its entity that lie before it, by time.

Strictly before: rows of one moment do not see each other. A row without a time sees nothing and is
seen by nobody. Rows whose entity is missing are an entity of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir

from mll_core.domain.staging import Stage
from mll_core.domain.step import Across


def called(what: str, across: Across) -> str:
    """The name of a new column: what it holds, and of whom."""
    return f"{what}_by_{'_'.join(across.by)}" if across.by else what


def told(across: Across) -> str:
    """The end of a sentence: in which order, of whom, and how late values are known."""
    of = f" of the same {' and '.join(map(repr, across.by))}" if across.by else ""
    wait = across.delay_days
    late = f", none younger than {wait:,} day{'s' * (wait > 1)}" if wait else ""
    return f"by {across.time!r}{of}{late}"


@dataclass(frozen=True)
class Past:
    """Rows with their past, staged under names that the table does not have.

    Staged: ``arrival`` (where the row stands), ``moment``, ``place`` (1 for the first row of the
    entity; equal times in order of arrival), ``seen`` (how many places the row may look at; NULL
    without a time).
    """

    stage: Stage
    across: Across

    @classmethod
    def of(cls, table: ir.Table, across: Across) -> "Past":
        """The past of every row of ``table``, as far as ``across`` lets it look."""
        moment = table[across.time].cast("timestamp(6)")
        past = cls(Stage(table).then(arrival=ibis.row_number(), moment=moment), across)
        order = [past["moment"].asc(), past["arrival"].asc()]
        place = ibis.row_number().over(group_by=past.entity, order_by=order)
        seen = past.known(past.stage.table.count().over(past.before()))
        return past.then(place=place.cast("int64") + 1, seen=seen)

    def __getitem__(self, what: str) -> Any:
        """The column staged as ``what``."""
        return self.stage[what]

    def column(self, name: str) -> Any:
        """A column of the table itself."""
        return self.stage.table[name]

    @property
    def entity(self) -> list[Any]:
        """The columns that say which entity a row is of."""
        return [self.stage.table[name] for name in self.across.by]

    def then(self, **values: Any) -> "Past":
        """The same with more columns staged."""
        return replace(self, stage=self.stage.then(**values))

    def known(self, value: Any) -> Any:
        """``value``; NULL in rows without a time."""
        return self["moment"].notnull().ifelse(value, ibis.null(value.type()))

    def before(self, days: int | None = None) -> Any:
        """The window of earlier rows, or of those of the last ``days`` days, without the delay."""
        wait = self.across.delay_days
        nearest = ibis.interval(days=wait) if wait else ibis.interval(microseconds=1)
        farthest = None if days is None else ibis.interval(days=days)
        order = self["moment"].asc()
        return ibis.range_window(
            group_by=self.entity, order_by=order, preceding=(farthest, nearest)
        )

    def after(self) -> Any:
        """The window of later rows."""
        nearest, order = ibis.interval(microseconds=1), self["moment"].asc()
        return ibis.range_window(group_by=self.entity, order_by=order, following=(nearest, None))

    def ending(self, rows: int) -> Any:
        """The window of so many rows, the row itself the last: for whoever looks it up ``at``."""
        order = self["place"].asc()
        return ibis.window(group_by=self.entity, order_by=order, preceding=rows - 1, following=0)

    def at(self, place: Any, **found: str) -> "Past":
        """Stage what the row of the same entity at ``place`` has staged, NULL when there is none;
        ``new="old"``: its ``old`` as ``new``."""
        # Not a join of the rows with themselves: the text of the query would double with each.
        past = self.then(back=self["place"] - place)
        back, order = past["back"], past["place"].asc()
        taken = {
            new: past[old].lag(back).over(group_by=past.entity, order_by=order)
            for new, old in found.items()
        }
        none = {new: ibis.null(value.type()) for new, value in taken.items()}
        return past.then(
            **{new: back.notnull().ifelse(value, none[new]) for new, value in taken.items()}
        )

    def nearest(self, value: str, *, into: str = "found", ahead: bool = False) -> "Past":
        """Stage the ``value`` staged in the newest earlier row that has one ``into``, and its
        moment as ``found_at``; of the oldest later row when ``ahead``."""
        has = self[value].notnull()
        past = self.then(spot=has.ifelse(self["place"], ibis.null("int64")))
        spots = past["spot"]
        spot = spots.min().over(past.after()) if ahead else spots.max().over(past.before())
        return past.at(past.known(spot), **{into: value, "found_at": "moment"})

    def finish(self, names: tuple[str, ...], made: Mapping[str, Any]) -> ir.Table:
        """The columns ``names`` in their order of arrival, with those ``made`` put in or added."""
        table = self.stage.table
        columns = {name: made.get(name, table[name]) for name in names}
        ordered = table.order_by(self["arrival"])
        return ordered.select([value.name(name) for name, value in {**columns, **made}.items()])
