"""On which side of the split each row is that may be looked at, so that steps choose among the rows
of a side, as they do when rows are parted."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mll_core.domain import mixing
from mll_core.domain.data import Split
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.task import Task
from mll_core.infra import beside, raw_numbers, raw_rows, warehouse
from mll_core.infra.drawing import Drawing
from mll_core.infra.objects import ObjectStore
from mll_core.infra.sides import GAP, LEARNED, NEITHER, Sides, Steps


def sides(
    recipe: Recipe,
    raw: Path,
    split: Split,
    section: SplitSection,
    told: tuple[str, Task, ObjectStore, Mapping[str, Path]],
) -> Sides:
    """The side of each row of ``raw`` but the sealed ones, in their order.

    ``told``: the target, the task, where rows are kept, the other tables by address.
    """
    from mll_core.stages import prepare

    target, task, objects, others = told
    recipe, more = prepare.with_tables(recipe, others, whole=True)
    known = raw_rows.normal(warehouse.table(raw))
    answered = warehouse.arrow(warehouse.to_sql(known.select(y=known[target].notnull())), raw)["y"]
    drawing = Drawing(section, target, task, objects, more)
    found = _drawn(drawing, recipe, raw, len(answered))
    if (found[np.asarray(answered)] == NEITHER).any():  # dropped by now: learned from, but for news
        rest = _without_gap(np.full_like(found, LEARNED), recipe, raw, split, objects)
        found = np.where(found == NEITHER, rest, found)
    found = np.where(np.asarray(answered), found, NEITHER).astype(np.int8)
    seen = np.delete(np.arange(len(found)), raw_numbers.read(objects.path(split.sealed.sha256)))
    return found[seen]


def _drawn(drawing: Drawing, recipe: Recipe, raw: Path, total: int) -> Sides:
    """The side of each raw row as the split drew it, NEITHER of one that steps drop before rows are
    parted."""
    found = drawing.raw(recipe, raw)
    if found is not None:
        return found
    place = mixing.chosen_apart(recipe, drawing.deciding.parting)
    if place is None:
        return np.full(total, NEITHER, dtype=np.int8)
    steps = Steps.at(recipe, place)
    if not steps.before.shaping.steps:
        return drawing.over(steps.seen, raw)
    made = drawing.objects.new()
    try:
        raw_numbers.beside(steps.before, raw, made, drawing.others)
        numbers = raw_numbers.stored(made)
        drawn = drawing.over(steps.seen, made, numbers)
        return raw_numbers.spread(drawn, numbers, total, rest=NEITHER)
    finally:
        made.unlink(missing_ok=True)


def _without_gap(
    found: Sides, recipe: Recipe, raw: Path, split: Split, objects: ObjectStore
) -> Sides:
    """The same, where rows are parted behind all steps: what is newer than what is learned from is
    in the gap before the test."""
    if split.time_column not in warehouse.columns(raw):
        return found
    by = beside.Deciding(kind="time", time_column=split.time_column)
    own, learned = (
        beside.read(recipe, rows, by).times
        for rows in (raw, objects.path(split.development.sha256))
    )
    newer = own > np.fmax.reduce(learned) if own is not None and learned is not None else False
    return np.where(newer, GAP, found).astype(np.int8)
