"""The whole recipe over all rows, file to file."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import ibis.expr.types as ir

from mll_core.domain import provenance
from mll_core.domain.connector import Progress, part, quiet
from mll_core.domain.data import Column, DataVersion
from mll_core.domain.recipe import PreparedRecipe, Recipe
from mll_core.domain.step import Learned
from mll_core.infra import copied, raw_numbers, raw_rows, warehouse
from mll_core.infra.objects import ObjectStore
from mll_core.stages.prepare.preview import with_tables
from mll_core.stages.prepare.step_by_step import Tables

MARKED, SHAPED, LEARNED = 0.15, 0.3, 0.6
"""Shares of the work that are done once it is known which rows are chosen, once they are there, and
once the steps have learned."""


def whole(
    recipe: Recipe,
    path: Path,
    objects: ObjectStore,
    others: Mapping[str, Path],
    progress: Progress = quiet,
) -> tuple[DataVersion, str]:
    """Every row of ``path`` through the recipe; the version written, the digest of what it learned.

    Learned on all rows that the recipe keeps: for data that no target parts. ``others``: the other
    tables it reads, by address. The same input gives the same bytes. Raises UnknownColumn,
    WrongColumnKind, InvalidParameter, NoRoom, and what ``progress`` raises.
    """
    if not recipe.shaping.steps:
        return _prepared(recipe, path, path, objects, progress)
    told, more = with_tables(recipe, others, whole=True)
    query, rows = _chosen(told, path, more, part(progress, 0.0, MARKED))
    temporary = objects.new()
    try:
        tell = part(progress, MARKED, SHAPED)
        copied.write(query, rows, temporary, tell, raw_numbers.CHOOSING, for_now=True)
        return _prepared(recipe, temporary, temporary, objects, part(progress, SHAPED, 1.0))
    finally:
        temporary.unlink(missing_ok=True)


def _chosen(
    told: Recipe, path: Path, more: Tables, progress: Progress
) -> tuple[str, dict[str, warehouse.Rows]]:
    """The query for the rows that ``told`` chooses or makes, and the tables it reads."""
    if told.shaping.only_chooses:
        numbers = raw_numbers.carried(told, path, more, progress)
        if (found := raw_numbers.chosen(told, path, numbers)) is not None:
            return found
    table = raw_rows.normal(warehouse.table(path))
    shaped = told.shaping.shape(table, partial(warehouse.records, rows=path, **more))
    return warehouse.to_sql(raw_rows.normal(shaped)), {warehouse.ROWS: path, **more}


def replayed(
    recipe: Recipe,
    learn_from: Path,
    rows: Path,
    objects: ObjectStore,
    progress: Progress = quiet,
) -> tuple[DataVersion, str]:
    """The same for rows chosen and parted before: learned on ``learn_from``, done to ``rows``."""
    return _prepared(recipe, learn_from, rows, objects, progress)


def _prepared(
    recipe: Recipe, learn_from: Path, rows: Path, objects: ObjectStore, progress: Progress
) -> tuple[DataVersion, str]:
    run = _told(recipe, learn_from, progress)
    prepared = recipe.replayed.learn(_shown(learn_from), run)
    query = prepared.apply(_shown(rows))
    temporary = objects.new()
    tell = part(progress, LEARNED, 1.0)
    says, tables = "Writing the prepared rows", {warehouse.ROWS: rows}
    count = copied.write(warehouse.to_sql(query), tables, temporary, tell, says)
    columns = warehouse.columns(temporary).items()
    size = temporary.stat().st_size
    version = DataVersion(
        sha256=objects.keep(temporary),
        rows=count,
        columns=tuple(Column(name=name, type=dtype) for name, dtype in columns),
        source=f"{learn_from.stem[:8]}: prepared rows",
        bytes=size,
    )
    return version, _digest(prepared)


def _shown(path: Path) -> ir.Table:
    """The rows of the four kinds, without the numbers of the raw rows."""
    table = raw_rows.normal(warehouse.table(path))
    return table.select(provenance.shown(table))


def _told(recipe: Recipe, rows: Path, progress: Progress) -> Callable[[ir.Table], Learned]:
    """What runs the queries of learning, telling how many of the steps are done."""
    most, done = max(1, len(recipe.replayed.steps)), 0

    def run(query: ir.Table) -> Learned:
        nonlocal done
        low, high = (LEARNED * min(n, most) / most for n in (done, done + 1))
        done += 1
        says, tell = f"Learning what the steps need ({done})", part(progress, low, high)
        return copied.records(query, {warehouse.ROWS: rows}, tell, says)

    return run


def _digest(prepared: PreparedRecipe) -> str:
    return hashlib.sha256(prepared.model_dump_json(include={"learned"}).encode()).hexdigest()
