"""On which side of the split each row is that may be looked at, so that steps choose among the rows
of a side, as they do when rows are parted."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from mll_core.domain import mixing
from mll_core.domain.counting_back import CountingBack
from mll_core.domain.data import Split
from mll_core.domain.mixing import Parting
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.step import Across
from mll_core.domain.task import Task
from mll_core.infra import beside, folds, raw_numbers, raw_rows, warehouse
from mll_core.infra.drawing import Drawing
from mll_core.infra.objects import ObjectStore
from mll_core.infra.sides import GAP, KIN, LEARNED, NEITHER, Sides, Steps


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
    known = _known(raw)
    answered = warehouse.arrow(warehouse.to_sql(known.select(y=known[target].notnull())), raw)["y"]
    drawing = Drawing(section, target, task, objects, more, split.strata)
    found = _drawn(drawing, recipe, raw, len(answered))
    if (found[np.asarray(answered)] == NEITHER).any():  # dropped by now: learned from, but for news
        rest = _neither(np.full_like(found, LEARNED), recipe, raw, split, objects)
        found = np.where(found == NEITHER, rest, found)
    found = np.where(np.asarray(answered), found, NEITHER).astype(np.int8)
    seen = np.delete(np.arange(len(found)), raw_numbers.read(objects.path(split.sealed.sha256)))
    return found[seen]


def _known(raw: Path) -> ir.Table:
    return raw_rows.normal(warehouse.table(raw))


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


def settled(
    recipe: Recipe, others: Mapping[str, warehouse.Rows], raw: Path, parting: Parting
) -> Recipe:
    """The recipe, whose steps that count back by the very time of the split know which is the
    newest of all rows of ``raw``, tested ones as well: so the split counts.

    ``others``: the other tables, by the names that queries call them.
    """
    steps = list(recipe.steps)
    for place, step in enumerate(recipe.steps):
        if isinstance(step, CountingBack) and step.enabled and mixing.by_its_time(step, parting):
            run, table = partial(warehouse.records, rows=raw, **others), _known(raw)
            seen = Recipe(steps=recipe.steps[:place]).learn(table, run).apply(table)
            newest = seen[(step.across() or Across()).time].cast("timestamp(6)").max()
            ((found,),) = warehouse.frame(warehouse.to_sql(newest.as_table()), raw, **others).values
            steps[place] = step if pd.isna(found) else step.told(pd.Timestamp(found))
    return Recipe(steps=tuple(steps))


def _neither(found: Sides, recipe: Recipe, raw: Path, split: Split, objects: ObjectStore) -> Sides:
    """The same, where rows are parted behind all steps: nothing is learned from rows of a tested
    group, nor from what is newer than what is learned from, which is the gap before the test."""
    there = warehouse.columns(raw)
    if split.group_column in there:
        by = beside.Deciding("group", group_column=split.group_column)
        groups = np.asarray(beside.read(recipe, raw, by).groups)
        tested = np.zeros(len(found), dtype=np.bool_)
        tested[raw_numbers.read(objects.path(split.sealed.sha256))] = True
        found = np.where(folds.kin(groups, tested), KIN, found).astype(np.int8)
    if split.time_column not in there:
        return found
    by = beside.Deciding(kind="time", time_column=split.time_column)
    own, learned = (
        beside.read(recipe, rows, by).times
        for rows in (raw, objects.path(split.development.sha256))
    )
    newer = own > np.fmax.reduce(learned) if own is not None and learned is not None else False
    return np.where(newer, GAP, found).astype(np.int8)
