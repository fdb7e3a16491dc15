"""Which rows a recipe is looked at on: those that its steps hold together come together."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from mll_core.domain.gathering import Gathering
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.infra import warehouse
from mll_core.infra.few_rows import ready, sample


@dataclass(frozen=True, eq=False)
class Looked:
    """The rows that are looked at, of ``total``; ``by``: all that agree in these are there."""

    rows: pa.Table
    total: int
    by: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    """Whole groups of these are being drawn, and are not there yet."""

    @property
    def sentence(self) -> str:
        """Which rows these are; empty for all of them."""
        if len(self.rows) == self.total:
            return ""
        if not self.by:
            return f"a fixed sample of {self.total:,}"
        names = " and ".join(map(repr, self.by))
        return f"all rows of some {names}, drawn from {self.total:,}"


def looked_at(recipe: Recipe, path: Path, *, patient: bool = True) -> Looked:
    """The rows of ``path`` for ``recipe``: whole groups where a step takes values from rows of the
    same group. Without ``patient`` any rows until those of a large file are drawn.

    Raises UnreadableSource.
    """
    if by := _together(recipe, path):
        if not patient and not ready(path, by):
            return Looked(*sample(path), waits_for=by)
        rows, total = sample(path, by)
        if len(rows):
            return Looked(rows, total, by)
    return Looked(*sample(path))


def _together(recipe: Recipe, path: Path) -> tuple[str, ...]:
    """The columns in which rows agree that all these steps look at; empty when there are none."""
    wanted: set[str] | None = None
    given = set(warehouse.table(path).columns)
    for step in recipe.running.steps:
        by = _by(step)
        if by is not None:  # what a step made or changed is not what the rows agree in
            wanted = by & given if wanted is None else wanted & by & given
        given = given & (by or set()) if step.changes is None else given - step.changes
    return tuple(sorted(wanted or ()))


def _by(step: Step) -> set[str] | None:
    if isinstance(step, Gathering):
        return set(step.by)
    across = step.across() if step.rows == "window" else None
    return None if across is None else set(across.by)
