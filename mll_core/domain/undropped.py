"""What a recipe makes when it drops no row but by what the split itself goes by.

Who is held out is drawn among these rows: what else a row says, which a later step may drop it for,
moves no other row from one side to the other.
"""

from collections.abc import Collection

from mll_core.domain.gathering import Gathering
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.domain.table_step import TableStep


def undropped(
    recipe: Recipe, by: Collection[str], needed: Collection[str], time: str | None = None
) -> Recipe | None:
    """The steps of ``recipe`` that make the rows among which is drawn, and what they are drawn by.

    ``by``: the columns by which rows may be dropped before; ``needed``: those there must be, as the
    recipe has them. None where these hang on other columns, or another table brings in rows.
    ``time``: the column by which the newest are found.
    """
    steps = recipe.shaping.steps
    last = max((i for i, step in enumerate(steps) if isinstance(step, Gathering)), default=-1)
    known, whole = {*by}, {*needed}
    taken: list[Step] = []
    for i, step in enumerate(steps):
        if isinstance(step, TableStep) and step.appends:
            return None
        if isinstance(step, Gathering):
            known, whole = {*by}, {*needed}
            taken.append(step)
        elif _goes_by(step, known, time) or (step.rows == "keep" and _goes_by(step, whole)):
            known |= _made(step) if _goes_by(step, known, time) else set()
            whole |= _made(step)
            taken.append(step)
        elif not _chooses(step):
            other = _made(step) | {*(known | whole if step.changes is None else step.changes)}
            known, whole = known - other, whole - other
            taken += _keeping(step) if i < last else []
    return Recipe(steps=tuple(taken)) if whole >= {*needed} else None


def _goes_by(step: Step, known: Collection[str], time: str | None = None) -> bool:
    """Whether the step looks at nothing but what is ``known``, and at no other row for more than
    the newest ``time``."""
    looks, across = {name for _, name, _ in step.picks()}, step.across()
    alone = across is None or (across.time is not None and across.time == time)
    if not looks or not looks <= {*known} or not alone or step.sources():
        return False
    return step.rows == "drop" or (step.rows == "keep" and step.changes is not None)


def _keeping(step: Step) -> list[Step]:
    """The step, or what makes as much of rows that it would drop."""
    kept = step.keeping() if isinstance(step, TableStep) else step
    return [] if kept is None else [kept]


def _chooses(step: Step) -> bool:
    """Whether it leaves some of the rows as they are."""
    return step.rows in ("drop", "shape") and step.changes == frozenset() and not step.sources()


def _made(step: Step) -> set[str]:
    return {name for _, name in step.makes()}
