"""What a step is worth that decides which rows there are, or what others see of them.

The rows are shaped with it and without it, from those that may be looked at, parted as the split
parts them, and both are judged on the rows that are there either way; without it the rows that it
drops are learned from as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from mll_core import freshness
from mll_core.domain.connector import Progress
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.provenance import ROW
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.domain.table_step import TableStep
from mll_core.domain.task import Codes
from mll_core.domain.worth import Change
from mll_core.infra import beside, folds, raw_numbers, warehouse
from mll_core.infra.sides import LEARNED, VALIDATED, Sides
from mll_core.stages import prepare, train
from mll_core.worth.measuring import Measuring

Settle = Callable[[Recipe, Mapping[str, warehouse.Rows]], Recipe]


def _as_it_is(recipe: Recipe, others: Mapping[str, warehouse.Rows]) -> Recipe:
    return recipe


@dataclass(frozen=True)
class Raw:
    """The rows before any step but the sealed ones, and the other tables that steps read."""

    path: Path
    others: Mapping[str, Path]
    sides: Sides = field(default_factory=lambda: np.zeros(0, np.int8), repr=False)
    """On which side of the split each is: steps choose among the rows of a side."""
    settle: Settle = _as_it_is
    """Tells the steps of a recipe, and its other tables, what they would see of all rows."""


@dataclass(frozen=True, eq=False)
class Shaped:
    """Rows with their numbers among the raw ones, and what decides where they may be."""

    rows: train.Rows
    numbers: Codes
    beside: folds.Beside

    @classmethod
    def of(cls, recipe: Recipe, raw: Raw, order: train.Order, parquet: Path) -> "Shaped":
        """Raises InvalidParameter when rows are made of several, or several of one."""
        told, more = prepare.with_tables(recipe, raw.others, whole=True)
        told = raw.settle(told, more)
        raw_numbers.shaped(told, raw.path, parquet, raw.sides, (LEARNED, VALIDATED), more)
        rows = train.read(replace(order, development=parquet, recipe=recipe))
        numbers = np.asarray(rows.table[ROW], dtype=np.int64)
        if len(np.unique(numbers)) < len(numbers):
            raise InvalidParameter("several rows are made of one", hint="")
        decided = beside.read(recipe, parquet, beside.Deciding.of(order.split))
        return cls(replace(rows, table=rows.table.drop_columns([ROW])), numbers, decided)

    def at(self, numbers: Codes) -> Codes:
        """Where the rows of these numbers stand, of those that are here."""
        return np.flatnonzero(np.isin(self.numbers, numbers))


def change(
    measuring: Measuring, recipe: Recipe, place: int, raw: Raw, tell: Progress, folder: Path
) -> tuple[Change, str]:
    """The paired change that the step at ``place`` makes, and on which rows.

    Raises InvalidParameter when they cannot be paired, and what measuring raises.
    """
    step, order = recipe.steps[place], measuring.yardstick.order
    less = Recipe(steps=(*recipe.steps[:place], *recipe.steps[place + 1 :]))
    mine = Shaped.of(recipe, raw, order, folder / "with.parquet")
    other = Shaped.of(less, raw, order, folder / "without.parquet")
    if mine.rows.classes != other.rows.classes:
        raise InvalidParameter("without it there are other answers", hint="")
    both = np.intersect1d(mine.numbers, other.numbers)
    twins = _twins(other, raw, step)
    pairs = [_pair(mine, other, cut, both, twins) for cut in mine.rows.cuts]
    yardstick = replace(measuring.yardstick, order=replace(order, recipe=recipe))
    scores = []
    for asked, rows, cuts in zip(
        (recipe, less), (mine.rows, other.rows), zip(*pairs, strict=True), strict=True
    ):
        used = replace(rows, cuts=list(cuts))
        steps = [step.plain() for step in asked.running.steps]
        key = freshness.digest(raw.path.name, place, steps, measuring.key(recipe, order.excluded))
        run = partial(yardstick.measure, asked, order.excluded, tell, used)
        scores.append(measuring.kept(key, run))
    found = measuring.yardstick.change(*scores)
    judged = len(np.unique(np.concatenate([held for (_, held), _ in pairs])))
    extra = len(other.numbers) - len(both)
    found = found.model_copy(update={"gain": found.gain.model_copy(update={"n": judged})})
    return found, _said(recipe, judged, extra)


def _said(recipe: Recipe, judged: int, extra: int) -> str:
    more = f"; {extra:,} more are learned from without it" if extra else ""
    if any(isinstance(step, TableStep) and step.appends for step in recipe.running.steps):
        more += "; rows that another table appends are left out both times"
    return f"judged on the {judged:,} rows that are there with and without it{more}"


def _pair(
    mine: Shaped, other: Shaped, cut: tuple[Codes, Codes], both: Codes, twins: Codes
) -> tuple[tuple[Codes, Codes], tuple[Codes, Codes]]:
    """One fold with the step and without it: the same rows are judged."""
    learned, held = (mine.numbers[places] for places in cut)
    judged = np.intersect1d(held, both)
    theirs = other.at(judged)
    more = np.flatnonzero(~np.isin(other.numbers, mine.numbers) & ~np.isin(twins, twins[theirs]))
    more = more[_on_this_side(other, more, other.at(learned), theirs)]
    return (cut[0], mine.at(judged)), (np.union1d(other.at(learned), more), theirs)


def _on_this_side(shaped: Shaped, more: Codes, learned: Codes, judged: Codes) -> Codes:
    """Which of the rows that are there without the step may be learned from, as the split has it:
    not newer than what is learned from, of no group that is judged, of no other part."""
    by, keep = shaped.beside, np.ones(len(more), dtype=bool)
    if by.times is not None:
        known = by.times[learned]
        keep &= by.times[more] <= np.fmax.reduce(known) if len(known) else False
    if by.groups is not None:
        keep &= ~pd.Series(by.groups[more]).isin(by.groups[judged]).to_numpy()
    if by.parts is not None:
        keep &= by.parts[more] == folds.LEARN
    return keep


def _twins(shaped: Shaped, raw: Raw, step: Step) -> Codes:
    """A code per row; equal ones in rows that the step may hold for the same.

    A row dropped as a copy of a judged one would tell its answer.
    """
    across = step.across()
    table, here = shaped.rows.table, list(warehouse.columns(raw.path))
    same = [n for n in (across.by if across and across.by else here) if n in table.column_names]
    values = warehouse.to_pandas(table.select(same or table.column_names))
    return np.asarray(
        pd.util.hash_pandas_object(values.astype("str"), index=False), dtype=np.uint64
    )
