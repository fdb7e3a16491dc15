"""Stage 3, prepare: a recipe and a data version in; a preview, or the parted rows, out."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.data import Split
from mll_core.domain.document import SplitSection
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import PreparedRecipe, Recipe
from mll_core.domain.task import Task
from mll_core.infra import raw_rows, warehouse
from mll_core.infra.objects import ObjectStore
from mll_core.infra.splitter import Splitter

SAMPLE = 10_000
"""A preview looks at no more rows than these, drawn by the hash of the row's number."""


@dataclass(frozen=True)
class SplitPlan:
    """What a split is made for: the section of the document, the target and the task."""

    section: SplitSection
    target: str
    task: Task


@dataclass(frozen=True, eq=False)
class Preview:
    """A recipe, or one step of it, at work on ``n_before`` rows, a sample when ``sampled``.

    ``before`` and ``after`` hold the first rows; the counts are of all rows looked at. ``changed``
    counts per column the cells that differ, of the rows that are left.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    n_before: int
    n_after: int
    sql: str
    nulls_before: dict[str, int]
    nulls_after: dict[str, int]
    changed: dict[str, int] = field(default_factory=dict)
    sampled: bool = False
    total: int = 0

    @property
    def dropped(self) -> int:
        """How many rows went."""
        return self.n_before - self.n_after

    def sentence(self) -> str:
        """What happened, in numbers and with their base."""
        of = f" (a fixed sample of {self.total:,})" if self.sampled else ""
        cells = sum(self.changed.values())
        columns = sum(count > 0 for count in self.changed.values())
        return (
            f"{self.n_before:,} rows{of}: {self.dropped:,} dropped, "
            f"{cells:,} cells changed in {columns} column{'s' * (columns != 1)}."
        )


def schema(recipe: Recipe, path: Path) -> ibis.Schema:
    """Columns and types after ``recipe``. Raises UnknownColumn, WrongColumnKind."""
    rows, _ = _sample(path)
    return _learn(recipe, rows).apply(warehouse.table(rows)).schema()


def preview(recipe: Recipe, path: Path, *, step: int | None = None, limit: int = 50) -> Preview:
    """Show ``recipe``, or only its ``step`` (from 0), at work.

    It learns on the rows it shows; training learns again, on training rows only. Raises
    UnknownColumn, WrongColumnKind, InvalidParameter, UnreadableSource.
    """
    rows, total = _sample(path)
    first = 0 if step is None else step
    steps = recipe.steps
    if step is not None:  # shown at work, also when it is switched off
        steps = (*steps[:step], steps[step].model_copy(update={"enabled": True}))
    raw, query = _run(Recipe(steps=steps[:first]), rows)
    # Cells are compared over the rows that are left: those after the steps that drop rows.
    left, _ = _run(Recipe(steps=(*steps[:first], *Recipe(steps=steps[first:]).shaping.steps)), rows)
    after, query = _run(Recipe(steps=steps), rows)
    return Preview(
        before=raw.head(limit),
        after=after.head(limit),
        n_before=len(raw),
        n_after=len(after),
        sql=query,
        nulls_before=_nulls(raw),
        nulls_after=_nulls(after),
        changed=_changed(left, after),
        sampled=len(rows) < total,
        total=total,
    )


def refuse_target(recipe: Recipe, target: str) -> None:
    """Refuse a column step that names the target: it would not exist when a row is scored.

    Steps that drop rows may: they run once, before the split. Raises InvalidParameter.
    """
    for i, step in enumerate(recipe.steps):
        if step.rows == "drop" or not step.enabled:
            continue
        named = [(field, column) for field, column, _ in step.picks()] + list(step.makes())
        for name, column in named:
            if column == target:
                message = f"steps.{i}.{step.kind}.{name}: {target!r} is the target."
                hint = (
                    "A new row comes without its answer, so no step may use it. Remove the step; "
                    "to leave out rows by their answer, filter rows."
                )
                raise InvalidParameter(message, hint=hint)


def split(
    recipe: Recipe,
    path: Path,
    plan: SplitPlan,
    objects: ObjectStore,
    progress: Progress = quiet,
) -> Split:
    """Choose the rows by the shaping part of ``recipe`` and part them: development, sealed test.

    Writes three immutable versions (shaped, development, test) with four kinds of column: numbers
    (NaN is NULL), boolean, text, timestamp. The same input and seed give the same bytes. Rows
    without target are in neither part, and counted. Raises UnfitTarget, TooFewRows, UnknownColumn,
    WrongColumnKind, InvalidParameter, NoRoom.
    """
    refuse_target(recipe, plan.target)
    return Splitter(plan.section, plan.target, plan.task, objects).split(recipe, path, progress)


def _sample(path: Path) -> tuple[pa.Table, int]:
    """At most SAMPLE rows in their order, of the four kinds; and how many rows there are."""
    total = warehouse.count(warehouse.table(path), path)
    query = warehouse.to_sql(raw_rows.normal(warehouse.table(path)))
    if total <= SAMPLE:
        return warehouse.arrow(query, path), total
    picked = f"SELECT n FROM range({total}) t(n) ORDER BY hash(n), n LIMIT {SAMPLE}"
    keep = f"SELECT n IN ({picked}) AS keep FROM range({total}) t(n) ORDER BY n"
    query = f"SELECT r.* FROM ({query}) r POSITIONAL JOIN ({keep}) k WHERE k.keep"
    return warehouse.arrow(query, path), total


def _learn(recipe: Recipe, rows: pa.Table) -> PreparedRecipe:
    return recipe.learn(warehouse.table(rows), partial(warehouse.records, rows=rows))


def _run(recipe: Recipe, rows: pa.Table) -> tuple[pd.DataFrame, str]:
    query = warehouse.to_sql(_learn(recipe, rows).apply(warehouse.table(rows)))
    return warehouse.frame(query, rows), query


def _nulls(frame: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(count) for name, count in frame.isna().sum().items()}


def _changed(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, int]:
    changed = {}
    for name in after.columns:
        if name not in before:
            changed[str(name)] = len(after)
            continue
        old, new = before[name].astype(object), after[name].astype(object)
        same = (old == new) | (old.isna() & new.isna())
        changed[str(name)] = int((~same.astype(bool)).sum())
    return changed
