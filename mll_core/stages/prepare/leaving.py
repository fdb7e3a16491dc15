"""A recipe without one of its steps, or without what it makes of one column."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from mll_core.domain.errors import MllError
from mll_core.domain.recipe import Recipe
from mll_core.domain.source_address import title_of
from mll_core.domain.step import Step
from mll_core.infra import warehouse
from mll_core.infra.few_rows import sample
from mll_core.stages.prepare.preview import with_tables
from mll_core.stages.prepare.step_by_step import at_work


def broken_at(recipe: Recipe, path: Path, others: Mapping[str, Path]) -> int | None:
    """The place, from 0, of the first running step that ``recipe`` leaves nothing to work on.

    ``others``: the other tables it reads, by address.
    """
    rows, _ = sample(path)
    recipe, more = with_tables(recipe, others)
    run = partial(warehouse.records, rows=rows, **more)
    table = warehouse.table(rows)
    for place, step in enumerate(recipe.steps):
        if not step.enabled:
            continue
        alone = Recipe(steps=(step,))
        try:
            table = alone.learn(table, run).apply(table)
        except MllError:
            return place
    return None


def looked_up(recipe: Recipe, path: Path, others: Mapping[str, Path]) -> dict[str, str]:
    """Columns that steps take from other tables, each with the sentence that says from which.

    Raises as ``preview`` does.
    """
    rows, found = sample(path)[0], dict[str, str]()
    told, more = with_tables(recipe, others)
    for place, step in enumerate(told.steps):
        if step.enabled and step.sources():
            parts = (Recipe(steps=told.steps[:n]) for n in (place, place + 1))
            before, after = (at_work(part, rows, more).schema.names for part in parts)
            titles = " and ".join(map(title_of, step.sources()))
            said = f"It comes from {titles}, which step {place + 1} of the recipe reads."
            found |= dict.fromkeys({*after} - {*before}, said)
    return found


def without_column(recipe: Recipe, column: str) -> tuple[Recipe, tuple[int, ...]]:
    """The recipe without the steps that carry ``column`` over into others, and their places.

    A step that only changes the column itself may stay: the column is left out anyway. Steps that
    choose rows stay as well.
    """
    carried, gone = {column}, []
    for place, step in enumerate(recipe.steps):
        if step.enabled and step.rows == "keep" and _carries(step, carried):
            gone.append(place)
            carried |= {name for _, name in step.makes()}
    left = tuple(step for place, step in enumerate(recipe.steps) if place not in gone)
    return Recipe(steps=left), tuple(gone)


def _carries(step: Step, columns: set[str]) -> bool:
    """Whether other columns come to depend on one of ``columns`` by this step."""
    picked = [(field, name) for field, name, _ in step.picks()]
    fields = {field for field, name in picked if name in columns}
    if not fields:
        return False
    return bool(list(step.makes())) or any(
        field not in fields and name not in columns for field, name in picked
    )
