"""Rows that are parted before steps choose among them, so that no tested row decides which others
stay.

The rows are made as far as the first such step and parted there. From then on each carries the side
it is on, and steps choose among the rows of a side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mll_core.domain import provenance
from mll_core.domain.errors import TooFewRows
from mll_core.domain.provenance import ROW, SIDES
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Learned
from mll_core.infra import folds, raw_numbers, raw_rows, warehouse
from mll_core.infra.answers import Answers
from mll_core.infra.draw import Drawn
from mll_core.infra.folds import Beside

LEARNED, VALIDATED, TESTED, GAP, KIN, NEITHER = range(SIDES)
"""The side of a row; NEITHER: it has no target. What is learned from comes first: see SIDE."""
Sides = NDArray[np.int8]


def drawn_as(drawn: Drawn, answers: Answers, beside: Beside, rows: int) -> Sides:
    """The side of each of the ``rows``, of which ``answers`` and ``beside`` are those with a
    target."""
    sides = np.full(rows, NEITHER, dtype=np.int8)
    given = beside.parts if beside.parts is not None else np.zeros(len(answers.rows))
    for side, chosen in (
        (LEARNED, drawn.learned),
        (VALIDATED, drawn.learned & (given == folds.VALIDATE)),
        (TESTED, drawn.tested),
        (GAP, drawn.gap),
        (KIN, drawn.kin),
    ):
        sides[answers.rows[chosen]] = side
    return sides


def with_the_first(sides: Sides, alike: NDArray[np.uint64]) -> Sides:
    """The side of each row when rows that are ``alike`` go with the first of them that has one."""
    there = np.flatnonzero(sides != NEITHER)
    _, first, kind = np.unique(alike[there], return_index=True, return_inverse=True)
    together = sides.copy()
    together[there] = sides[there][first[kind]]
    return together


def left(sides: Sides, drawn: Sides) -> Drawn:
    """How the rows are parted that steps left of those that were ``drawn``.

    Raises TooFewRows.
    """
    tested, learned = sides == TESTED, np.isin(sides, (LEARNED, VALIDATED))
    if not (TESTED in drawn and np.isin(drawn, (LEARNED, VALIDATED)).any()):
        rows = int(np.sum(drawn != NEITHER))
        message = f"All {rows:,} rows fall to one part, and none is left for the other."
        hint = "Take another test share or a smaller gap, or split by another column."
        raise TooFewRows(message, hint=hint)
    if not (tested.any() and learned.any()):
        message = (
            f"The steps leave {learned.sum():,} rows to learn from and {tested.sum():,} to test "
            "by: who is tested is drawn before steps drop rows."
        )
        hint = "Drop fewer rows; a split by time goes by those that Keep a period of time leaves."
        raise TooFewRows(message, hint=hint)
    return Drawn(tested, learned, sides == GAP, sides == KIN)


@dataclass(frozen=True)
class Steps:
    """The steps of a recipe, taken apart where rows are parted.

    ``seen``: those that tell what parts them. ``rest``: what is left to do behind ``before``.
    """

    before: Recipe
    seen: Recipe
    rest: Recipe
    chooses: str
    """The label of the step before which they are parted."""

    @classmethod
    def at(cls, recipe: Recipe, place: int) -> "Steps":
        """``place``: of the step among those that run."""
        running = recipe.running.steps
        first, later = running[:place], running[place:]
        keeping = (step for step in later if step.rows == "keep")
        before = Recipe(steps=first)
        return cls(
            before=before,
            seen=Recipe(steps=(*first, *keeping)),
            rest=Recipe(steps=(*before.replayed.steps, *later)),
            chooses=later[0].label,
        )


@dataclass(frozen=True)
class Parted:
    """Rows with the side of each, and the steps that are left to do.

    ``rows``: a file; raw rows, unless it has their numbers beside it.
    """

    steps: Recipe
    rows: Path
    sides: Sides = field(repr=False)
    called: str
    """The column that holds them: SIDE, or DRAWN where they were drawn by chance."""
    others: Mapping[str, warehouse.Rows] = field(repr=False)

    def write(self, numbers: pa.ChunkedArray, parquet: Path) -> int:
        """Write the rows that are left, whose ``numbers`` are ``carried``; how many."""
        if (found := raw_numbers.chosen(self.steps, self.rows, numbers)) is not None:
            return raw_numbers.put(found, parquet)
        shaped = self._shaped()
        plain = raw_rows.normal(shaped.select(provenance.shown(shaped)))
        return warehouse.write(self._over(plain), self.rows, parquet, **self._more)

    def carried(self) -> tuple[pa.ChunkedArray, Sides]:
        """The numbers of the raw rows that made each, and its side."""
        found = warehouse.arrow(
            self._over(self._shaped().select(ROW, self.called)), self.rows, **self._more
        )
        return found[ROW], np.asarray(found[self.called], dtype=np.int8)

    def _shaped(self) -> ir.Table:
        schema = warehouse.table(self.rows).schema()
        table = ibis.table(
            {**schema, ROW: schema.get(ROW, "int64"), self.called: "int8"}, warehouse.ROWS
        )
        raw = table if ROW in schema else raw_rows.normal(table)
        return self.steps.shaping.shape(raw, self._records)

    def _records(self, query: ir.Table) -> Learned:
        return tuple(warehouse.arrow(self._over(query), self.rows, **self._more).to_pylist())

    @property
    def _more(self) -> dict[str, Any]:
        return {**self.others, self.called: pa.table({self.called: self.sides})}

    def _over(self, query: ir.Table) -> str:
        # By position, not by a join on a row number: a join loses the order of the rows.
        side, here = warehouse.identifier(self.called), warehouse.source(self.rows)
        there = ROW in warehouse.columns(self.rows)
        rows = f"FROM {here}" if there else raw_numbers.numbered(self.rows)
        beside = f"SELECT r.*, s.{side} FROM ({rows}) r POSITIONAL JOIN {side} s"
        return f"WITH {warehouse.ROWS} AS ({beside}) SELECT * FROM ({warehouse.to_sql(query)})"
