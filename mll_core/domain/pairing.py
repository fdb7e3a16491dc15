"""Rows of two tables held against each other: which belong together, under which names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from mll_core.domain.columns import holds
from mll_core.domain.errors import InvalidParameter, UnknownColumn, WrongColumnKind

_OWN = "\ue001"
"""Columns for a while begin with it; no column of a person does."""
MATCHED = f"{_OWN}matched"
_PLACE, _TIME, _ORDER, _NEWEST = (f"{_OWN}{name}" for name in ("place", "time", "order", "newest"))


@dataclass(frozen=True)
class Pairing:
    """``on``: columns of this table that must equal columns of the other; NULL equals nothing.

    With ``times`` (column of this table, column of the other): of the rows that agree, the newest
    that is not after this row's own time; of several at that time the last.
    """

    on: Mapping[str, str]
    times: tuple[str, str] | None = None

    def check(self, ours: ibis.Schema, theirs: ibis.Schema, where: str) -> None:
        """Raises UnknownColumn of the other table, WrongColumnKind for pairs of two kinds."""
        pairs = [*self.on.items(), *([self.times] if self.times else [])]
        check_there((other for _, other in pairs), theirs, where)
        for mine, other in pairs:
            check_kinds((mine, ours[mine]), (other, theirs[other]), where)

    def joined(self, rows: ir.Table, other: ir.Table, taken: Mapping[str, str]) -> ir.Table:
        """``rows``, the columns ``taken`` (other's name to new name), and MATCHED: true or false.

        Without ``times``, ``other`` must hold at most one row that agrees with each row. The order
        of rows is lost.
        """
        mine, beside = self._keyed(rows, other, taken)
        if self.times:
            beside = beside.filter(beside[_TIME].notnull())
            in_time = ibis.row_number().over(order_by=[beside[_TIME], beside[_PLACE]])
            beside = beside.mutate(in_time.name(_ORDER)).view()
            mine = self._looking_back(mine, beside, rows.columns)
            agree = [mine[_NEWEST] == beside[_ORDER]]
        else:
            agree = [mine[own] == beside[their] for own, their in self._names]
        both = mine.left_join(beside, agree)
        new = [both[name] for name in (*rows.columns, *taken.values())]
        return both.select(*new, both[_PLACE].notnull().name(MATCHED)).view()

    def repeated(self, rows: ir.Table, other: ir.Table) -> ir.Table:
        """One row: ``keys`` of ``rows`` that stand in several rows of ``other``, ``most`` so many.

        No row when there is none.
        """
        mine, beside = self._keyed(rows, other, {})
        met = beside.semi_join(mine, [mine[own] == beside[their] for own, their in self._names])
        counts = met.group_by([their for _, their in self._names]).aggregate(n=ibis._.count())
        several = counts.filter(counts["n"] > 1)
        found = several.aggregate(keys=several.count(), most=several["n"].max())
        return found.filter(found["keys"] > 0)

    def single(self, other: ir.Table, newest_by: str | None = None) -> ir.Table:
        """Of the rows of ``other`` that agree with each other, the first; or the newest by a
        column, of several the last, and without a time only when no other has one.
        """
        placed = other.mutate(ibis.row_number().name(_PLACE)).view()
        order = [placed[_PLACE].asc()]
        if newest_by is not None:
            order = [placed[newest_by].desc(nulls_first=False), placed[_PLACE].desc()]
        nth = ibis.row_number().over(group_by=list(self.on.values()), order_by=order)
        ordered = placed.mutate(nth.name(_ORDER)).view()
        return ordered.filter(ordered[_ORDER] == 0).drop(_PLACE, _ORDER).view()

    @property
    def _names(self) -> list[tuple[str, str]]:
        return [(f"{_OWN}mine{i}", f"{_OWN}their{i}") for i in range(len(self.on))]

    def _keyed(
        self, rows: ir.Table, other: ir.Table, taken: Mapping[str, str]
    ) -> tuple[ir.Table, ir.Table]:
        """Both tables with their keys, each pair of one type, and the times where they count."""
        mine, theirs = [], [other[column].name(name) for column, name in taken.items()]
        for (a, b), (own, their) in zip(self.on.items(), self._names, strict=True):
            dtype = common(rows[a].type(), other[b].type())
            mine.append(rows[a].cast(dtype).name(own))
            theirs.append(other[b].cast(dtype).name(their))
        if self.times:
            mine.append(rows[self.times[0]].cast("timestamp(6)").name(_TIME))
            theirs.append(other[self.times[1]].cast("timestamp(6)").name(_TIME))
        beside = other.select(*theirs, ibis.row_number().name(_PLACE)).view()
        return rows.mutate(mine).view(), beside

    def _looking_back(self, mine: ir.Table, beside: ir.Table, columns: Iterable[str]) -> ir.Table:
        """``mine`` with _NEWEST: the _ORDER of the row of ``beside`` that belongs to each.

        Both are laid in the order of time, and each row takes the highest number before it: one
        sort, and the same on every engine, which a join by range would not be.
        """
        own = [name for name, _ in self._names]
        first = mine.mutate(ibis.literal(1, "int8").name(_PLACE), ibis.null("int64").name(_ORDER))
        empty = {name: ibis.null(mine[name].type()) for name in columns}
        keys = {one: beside[two] for one, two in self._names}
        rest = {_TIME: beside[_TIME], _PLACE: ibis.literal(0, "int8"), _ORDER: beside[_ORDER]}
        other = beside.select(**{**empty, **keys, **rest}).select(*first.columns)
        both = first.union(other).view()
        before = ibis.window(
            group_by=own, order_by=[both[_TIME], both[_PLACE]], preceding=None, following=0
        )
        known: Any = reduce(and_, (both[name].notnull() for name in (_TIME, *own)))
        newest = known.ifelse(both[_ORDER].max().over(before), ibis.null("int64"))
        seen = both.mutate(newest.name(_NEWEST)).view()
        return seen.filter(seen[_PLACE] == 1).select(*columns, _NEWEST).view()


def common(one: dt.DataType, two: dt.DataType) -> str:
    """The type that holds the values of two columns of one kind."""
    if one.is_integer() and two.is_integer():
        return "int64"
    words = {"numbers": "float64", "true or false": "boolean", "dates": "timestamp(6)"}
    return words.get(holds(one), "string")


def check_there(names: Iterable[str], other: ibis.Schema, where: str) -> None:
    """Raises UnknownColumn for a column that the other table does not have."""
    for name in names:
        if name not in other:
            raise UnknownColumn.named(name, where=f"{where} (the other table)", among=other.names)


def check_kinds(own: tuple[str, dt.DataType], other: tuple[str, dt.DataType], where: str) -> None:
    """Raises WrongColumnKind when two columns, by name and type, hold different things."""
    one, two = holds(own[1]), holds(other[1])
    if one != two:
        what = f"{where}: {own[0]!r} holds {one}, {other[0]!r} of the other table holds {two}."
        hint = f"Change the type of {own[0]!r} before this step, or choose other columns."
        raise WrongColumnKind(what, hint=hint)


def named_beside(
    names: Iterable[str], there: Iterable[str], prefix: str, where: str
) -> dict[str, str]:
    """By column of the other table, what it is called beside the columns ``there``.

    A name that is taken gets ``prefix``. Raises InvalidParameter when that is taken as well.
    """
    taken, called = set(there), {}
    for name in names:
        called[name] = f"{prefix}{name}" if name in taken else name
        if called[name] in taken:
            what = f"{where}: there would be two columns {called[name]!r}."
            raise InvalidParameter(what, hint="Choose another prefix, or leave that column out.")
        taken.add(called[name])
    return called
