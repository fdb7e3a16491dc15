"""Drawing who is held out: among the rows there are before steps drop any.

A row is known by its number, its place in the file. What steps drop, and whatever else a held-out
row says, moves no other row from one side to the other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from mll_core.domain import mixing
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.strata import EVEN, Strata
from mll_core.domain.task import Task
from mll_core.domain.undropped import undropped
from mll_core.infra import beside, draw, raw_numbers, raw_rows, sides, warehouse
from mll_core.infra.answers import Answers
from mll_core.infra.beside import Deciding
from mll_core.infra.objects import ObjectStore
from mll_core.infra.sides import Sides


@dataclass(frozen=True)
class Drawing:
    """Who is held out of the rows of one data version."""

    section: SplitSection
    target: str | None
    task: Task
    objects: ObjectStore = field(repr=False)
    others: Mapping[str, warehouse.Rows] = field(repr=False)
    """The other tables that steps read, by the names their queries call them."""
    strata: Strata = EVEN

    @property
    def deciding(self) -> Deciding:
        """The kind of split, and the columns it goes by."""
        asked = Deciding.asked(self.section, self.strata)
        evenly = asked.kind == "stratified"
        return Deciding("random") if evenly and self.target is None else asked

    def raw(self, recipe: Recipe, path: Path) -> Sides | None:
        """The side of each raw row of ``path``; None where rows must be made first, or a column
        says of each where it goes, whichever others there are.

        Raises UnfitTarget, UnfitRows, TooFewRows, WrongColumnKind, InvalidParameter.
        """
        decided = self.deciding
        goes = {decided.time_column, decided.group_column} - {None}
        target = {self.target} - {None}
        by = goes | target if decided.kind == "stratified" else goes
        needed = tuple(sorted(name for name in goes | target if name is not None))
        first = undropped(recipe, frozenset(filter(None, by)), needed, decided.time_column)
        if first is None or decided.kind == "column":
            return None
        if not first.shaping.steps:
            return self._together(recipe, path, self.over(recipe, path, through=first.replayed))
        made = self.objects.new()
        try:
            raw_numbers.beside(first, path, made, self.others, needed)
            numbers = raw_numbers.stored(made)
            found = self.over(recipe, made, numbers, through=first.replayed)
            total = warehouse.count(warehouse.table(path), path)
            spread = raw_numbers.spread(found, numbers, total, rest=sides.NEITHER)
            return self._together(recipe, path, spread)
        finally:
            made.unlink(missing_ok=True)

    def _together(self, recipe: Recipe, path: Path, drawn: Sides) -> Sides:
        """The side of each raw row, drawn by chance: rows of which a step is to leave one go with
        the first of them, so that they are as many of the test as of the rest."""
        parting = self.deciding.parting
        place = mixing.chosen_apart(recipe, parting)
        until = Recipe(steps=recipe.running.steps[: (-1 if place is None else place) + 1])
        across = until.steps[-1].across() if until.steps else None
        if across is None or not (across.one and parting.drawn):
            return drawn
        keys = across.by or warehouse.table(path).columns
        seen = undropped(until, (), keys)
        if seen is None or seen.shaping.steps:
            return drawn
        return sides.with_the_first(drawn, _alike(seen, path, keys))

    def over(
        self,
        recipe: Recipe,
        rows: Path,
        numbers: pa.ChunkedArray | None = None,
        *,
        through: Recipe | None = None,
    ) -> Sides:
        """The side of each row of a file. ``numbers``: of their raw rows; None: these are they.

        Drawn in the order in which rows came, whatever sorted them since: a held-out row that
        another value puts elsewhere must not move the others. ``through``: see ``beside.read``.
        Raises as ``raw`` does.
        """
        total = warehouse.count(warehouse.table(rows), rows)
        answers = self.answers(rows, total, Answers.before)
        by = beside.read(recipe, rows, self.deciding, through)
        if (start := self.section.fresh_from) is not None:
            there = pa.chunked_array([np.arange(total)]) if numbers is None else numbers
            by = replace(by, fresh=raw_numbers.added(there, start))
        by = by.take(answers.rows)
        asked = (self.deciding, self.section)
        if numbers is None:
            return sides.drawn_as(draw.draw(answers, by, *asked), answers, by, total)
        came = np.argsort(raw_numbers.oldest(numbers)[answers.rows], kind="stable")
        drawn = draw.draw(answers.take(came), by.take(came), *asked).back(came)
        return sides.drawn_as(drawn, answers, by, total)

    def answers(
        self, rows: Path, total: int, read: Callable[[pd.Series, Task], Answers]
    ) -> Answers:
        """The rows of a file that have an answer, as ``read`` takes them; without a target all.

        Raises what ``read`` raises.
        """
        if self.target is None:
            return Answers.none(total)
        asked = raw_rows.normal(warehouse.table(rows)).select(self.target)
        values = warehouse.frame(warehouse.to_sql(asked), rows)[self.target]
        return read(values, self.task) if self.task.answered else Answers.some(values)


def _alike(seen: Recipe, path: Path, keys: Sequence[str]) -> NDArray[np.uint64]:
    """A number per row of a file that is the same for rows which agree in ``keys``, as they are
    ``seen``."""
    raw = raw_rows.normal(warehouse.table(path))
    table = seen.learn(raw, partial(warehouse.records, rows=path)).apply(raw).select(*keys)
    columns = ", ".join(map(warehouse.identifier, table.columns))
    sql = f"SELECT hash({columns}) AS alike FROM ({warehouse.to_sql(table)})"
    return np.asarray(warehouse.arrow(sql, path)["alike"], dtype=np.uint64)
