"""Tell what happened before."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field, model_validator

from mll_core.domain.columns import Columns, Prefix, Text, TimeColumn, holds
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.facts_of_past import IN_UNIT, OF_ROWS, WORDS, Fact, of_rows, of_values
from mll_core.domain.literals import literal, read_value
from mll_core.domain.past import Past, called, told
from mll_core.domain.step import Across, Learned, Rows, Step
from mll_core.domain.topic import Topic


class EntityPast(Step):
    """Tell of each row what happened to its customer, or whatever else, before.

    In: any table with a ``time``. Out: the same rows, and columns over the rows of the same ``by``
    before the row's own time: how many ``rows``, the ``days since last``; of each of ``columns``
    the ``mean``, the ``last`` known value, the ``most frequent`` as text (of equally frequent ones
    the newest to be so), the ``share`` of known values that are ``event``. NULL with nothing to
    tell (``rows``: 0), and in rows without a time, which are not seen either. The target may be
    among ``columns`` when ``delay_days`` says when it is known. Learned: nothing; it runs once.
    """

    label: ClassVar[str] = "Tell what happened to the same before"
    topic: ClassVar[Topic] = Topic.PAST
    also: ClassVar[str] = "history customer earlier count previous visits orders aggregate"
    rows: ClassVar[Rows] = "window"
    kind: Literal["entity_past"] = "entity_past"
    by: Columns = Field(min_length=1, description="Whose past, such as the customer's")
    time: TimeColumn = Field(description="Column with the time that says which rows are earlier")
    facts: tuple[Fact, ...] = Field(OF_ROWS, min_length=1, description="What is told of them")
    columns: Columns = Field((), description="Of which columns, where it is of columns")
    event: Text = Field("", description="The value whose share is told, such as yes")
    delay_days: int = Field(
        0, ge=0, le=10_000, description="Days until a value is known; younger ones are not used"
    )
    prefix: Prefix = ""

    @model_validator(mode="after")
    def _of_something(self) -> "EntityPast":
        if not self.columns and (of := [fact for fact in self.facts if fact not in OF_ROWS]):
            raise ValueError(f"columns: name those whose {of[0]} is told")
        return self

    def makes(self) -> Iterator[tuple[str, str]]:
        yield from (("facts", self._name(*asked)) for asked in self._asked())

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        for fact, column in self._asked():
            dtype = schema[column] if column else None
            if dtype and fact == "mean" and not dtype.is_numeric():
                what = f"facts: the mean needs numbers, {column!r} holds {holds(dtype)}."
                raise WrongColumnKind(f"entity_past.{what}", hint="Tell another fact of it.")
            if dtype and fact == "share" and read_value(self.event, dtype) is None:
                what = f"event: {self.event!r} cannot stand in {column!r}, {holds(dtype)}."
                raise WrongColumnKind(f"entity_past.{what}", hint="Give a value of it.")

    def across(self) -> Across:
        return Across(by=self.by, time=self.time, delay_days=self.delay_days)

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        same = [(f, c) for f, c in self._asked() if f in IN_UNIT and c in known]
        return {**super().units(known), **{self._name(f, c): known[c] for f, c in same}}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        past = Past.of(table, self.across())
        made = {}
        for i, (fact, column) in enumerate(self._asked()):
            past = self._told(past, fact, column)
            past = past.then(**{f"told{i}": past["told"]})
            made[f"told{i}"] = self._name(fact, column)
        return past.finish(table.columns, {n: past.known(past[own]) for own, n in made.items()})

    def sentence(self) -> str:
        said = {fact: WORDS[fact].format(event=repr(self.event)) for fact in self.facts}
        parts = [words for fact, words in said.items() if fact in OF_ROWS]
        if of := ", ".join(words for fact, words in said.items() if fact not in OF_ROWS):
            parts.append(f"of {' and '.join(map(repr, self.columns))} {of}")
        return f"Tell of the rows before each, {told(self.across())}: {', '.join(parts)}."

    def _asked(self) -> Iterator[tuple[Fact, str]]:
        for fact in dict.fromkeys(self.facts):
            of = ("",) if fact in OF_ROWS else dict.fromkeys(self.columns)
            yield from ((fact, column) for column in of)

    def _name(self, fact: str, column: str) -> str:
        words = fact.replace(" ", "_") + ("" if fact == "days since last" else "_before")
        return self.prefix + called(f"{column}_{words}" if column else words, self.across())

    def _told(self, past: Past, fact: Fact, column: str) -> Past:
        if fact in OF_ROWS:
            return of_rows(past, fact)
        values = past.column(column)
        if fact == "share":
            dtype = values.type()
            values = (values == literal(read_value(self.event, dtype), dtype)).cast("float64")
        return of_values(past, fact, values)
