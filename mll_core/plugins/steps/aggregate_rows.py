"""Aggregate rows."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain import exact_sums
from mll_core.domain.columns import Columns, NumericColumns, TimeColumn
from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.domain.gathering import Gathering
from mll_core.domain.provenance import collected
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned
from mll_core.domain.topic import Topic

Figure = Literal["sum", "mean", "median", "min", "max"]
About = Literal["distinct", "most frequent", "first", "last", "share true"]


class AggregateRows(Gathering):
    """Make one row per group, with the number of rows and figures of other columns.

    In: any table. Out: a row per combination of ``by`` (NULL is a group of its own), in their
    order; ``rows``, and ``<column>_<figure>`` of each of ``columns`` and ``figures``, float64; the
    same of ``described`` and ``about``: ``distinct`` and ``share true`` as float64, the others as
    the column is. Missing values count only as ``first`` and ``last``, the values of the oldest
    and newest row by ``time``; of equally frequent values the smallest. Learned: nothing.
    """

    label: ClassVar[str] = "Aggregate to one row per group"
    topic: ClassVar[Topic] = Topic.TABLES
    also: ClassVar[str] = "group by sum count mean total average summarise per customer"
    kind: Literal["aggregate_rows"] = "aggregate_rows"
    columns: NumericColumns = Field((), description="Numbers to sum up")
    figures: tuple[Figure, ...] = Field(("sum", "mean"), description="Figures of those numbers")
    described: Columns = Field((), description="Columns of any kind to describe")
    about: tuple[About, ...] = Field(
        ("distinct", "most frequent"), description="What is said of those columns"
    )
    time: TimeColumn | None = Field(None, description="Date that tells the first from the last")

    @model_validator(mode="after")
    def _in_time(self) -> "AggregateRows":
        if self.described and {"first", "last"} & {*self.about} and self.time is None:
            raise ValueError("give time, the date by which the first and the last are found")
        return self

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        made = ["rows", *(name for name, _, _ in self._asked())]
        for name in made:
            if name in self.by or made.count(name) > 1:
                message = f"aggregate_rows.by: there would be two columns {name!r}."
                raise InvalidParameter(message, hint="Rename one of the columns first.")
        for column in self.described:
            if "share true" in self.about and not schema[column].is_boolean():
                what = f"aggregate_rows.about: {column!r} is not of true and false."
                raise WrongColumnKind(what, hint="Describe it otherwise, or change its type.")

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        same = [(n, c) for n, c, what in self._asked() if what not in ("distinct", "share true")]
        return {**super().units(known), **{n: known[c] for n, c in same if c in known}}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        rows = self._ranked(table)
        figures: dict[str, Any] = {"rows": rows.table.count().cast("float64")}
        figures |= {name: _said(rows, column, what) for name, column, what in self._asked()}
        grouped = rows.table.aggregate(by=list(self.by), **figures, **collected(rows.table))
        return grouped.order_by([grouped[name].asc(nulls_first=True) for name in self.by])

    def sentence(self) -> str:
        by = " and ".join(map(repr, self.by))
        of = " and ".join(map(repr, self.columns))
        figures = f", the {' and '.join(self.figures)} of {of}" if self.columns else ""
        said = " and ".join(map(repr, self.described))
        in_time = f" by {self.time!r}" if self.time else ""
        about = f", what is {' and '.join(self.about)}{in_time} of {said}" if self.described else ""
        return f"Make one row per {by}: the number of rows{figures}{about}."

    def _asked(self) -> Iterator[tuple[str, str, Figure | About]]:
        yield from ((f"{c}_{what}", c, what) for c in self.columns for what in self.figures)
        pairs = ((c, what) for c in self.described for what in self.about)
        yield from ((f"{c}_{what.replace(' ', '_')}", c, what) for c, what in pairs)

    def _ranked(self, table: ir.Table) -> Stage:
        """The rows with what tells the first, the last and the most frequent of each group."""
        if not self.described:
            return Stage(table)
        rows, group = Stage(table).then(arrival=ibis.row_number()), list(self.by)
        if self.time is not None:
            at, arrival = rows.table[self.time], rows["arrival"]
            first = ibis.window(group_by=group, order_by=[at.asc(nulls_first=False), arrival])
            last = [at.desc(nulls_first=False), arrival.desc()]
            rows = rows.then(
                first=ibis.row_number().over(first),
                last=ibis.row_number().over(group_by=group, order_by=last),
            )
        for column in self.described if "most frequent" in self.about else ():
            own = rows.table[column]
            rows = rows.then(**{f"n {column}": own.count().over(group_by=[*group, column])})
            order = [rows[f"n {column}"].desc(), rows.table[column].asc()]
            nth = ibis.row_number().over(group_by=group, order_by=order)
            rows = rows.then(**{f"most frequent {column}": nth})
        return rows


def _said(rows: Stage, column: str, about: Figure | About) -> Any:
    """One figure of a column, as an aggregate of its group."""
    values = rows.table[column]
    if about in ("sum", "mean", "median", "min", "max"):
        return exact_sums.figure(values.cast("float64"), about)
    if about == "distinct":
        return values.nunique().cast("float64")
    if about == "share true":
        return values.cast("float64").mean()
    rank = rows[about if about in ("first", "last") else f"{about} {column}"]
    return values.max(where=rank == 0)
