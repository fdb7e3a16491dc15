"""The impact ledger: what every step of the recipe changes, and what the score loses without it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mll_core.bench import Bench
from mll_core.domain.connector import Progress
from mll_core.domain.errors import MllError, Stopped
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.domain.worth import Ledger, StepWorth
from mll_core.sealing import look
from mll_core.stages import prepare
from mll_core.worth.measuring import Measuring

Keep = Callable[[Ledger], None]
OTHER_ROWS = (
    "not measured, for it decides which rows there are: without it other rows would be judged, "
    "and scores on other rows cannot be compared"
)


def weigh(bench: Bench, measuring: Measuring, keep: Keep) -> Ledger:
    """Every running step, in order; ``keep`` is given what there is after each. Raises Stopped."""
    started, order = time.monotonic(), measuring.yardstick.order
    sources = [source for step in order.recipe.steps for source in step.sources()]
    raw = _Raw(look(bench).rows(), bench.tables.paths(sources))
    whole = measuring.scores(order.recipe, order.excluded, partial(_told, bench.progress, 0.05))
    found = Ledger(
        metric=order.metric,
        metric_label=measuring.label,
        model=measuring.yardstick.model.label,
        score=measuring.yardstick.told(whole),
    )
    places = [place for place, step in enumerate(order.recipe.steps) if step.enabled]
    for number, place in enumerate(places):
        share = 0.1 + 0.9 * number / len(places)
        step = order.recipe.steps[place]
        tell = partial(_told, bench.progress, share, label=step.label)
        tell(0.0, "counting what it changes")
        made = _counted(_Placed.of(order.recipe, place, raw, order.development))
        made = _measured(made, order.recipe, measuring, raw, tell)
        found = found.model_copy(
            update={
                "steps": (*found.steps, made),
                "measured": dict(measuring.measured),
                "seconds": time.monotonic() - started,
            }
        )
        keep(found)
    return found.model_copy(update={"finished": True, "measured": dict(measuring.measured)})


@dataclass(frozen=True)
class _Raw:
    """The rows before any step but the sealed ones, and the other tables that steps read."""

    path: Path
    others: Mapping[str, Path]


@dataclass(frozen=True)
class _Placed:
    """A step among those that run on the same rows: raw ones, or development rows."""

    recipe: Recipe
    at: int
    place: int
    rows: _Raw

    @classmethod
    def of(cls, recipe: Recipe, place: int, raw: _Raw, development: Path) -> "_Placed":
        running = recipe.running.steps
        at = sum(step.enabled for step in recipe.steps[:place])
        if at < len(recipe.shaping.steps):
            return cls(Recipe(steps=running[: at + 1]), at, place, raw)
        later = len(running) - at - 1
        steps = recipe.replayed.steps
        steps = steps[: len(steps) - later]
        return cls(Recipe(steps=steps), len(steps) - 1, place, _Raw(development, {}))


def _counted(placed: _Placed) -> StepWorth:
    """What the step changes in the rows that a preview looks at."""
    step = placed.recipe.steps[placed.at]
    seen = prepare.preview(
        placed.recipe,
        placed.rows.path,
        step=placed.at,
        limit=prepare.SAMPLE,
        others=placed.rows.others,
    )
    return StepWorth(
        number=placed.place + 1,
        label=step.label,
        step=step.sentence(),
        dropped=max(0, seen.n_before - seen.n_after),
        changed_rows=int(seen.cells.any(axis=1).sum()),
        changed_cells=sum(seen.changed.values()),
        looked_at=seen.n_before,
        total=seen.total,
    )


def _measured(
    made: StepWorth, recipe: Recipe, measuring: Measuring, raw: _Raw, tell: Progress
) -> StepWorth:
    """The same with the change in score, or with why there is none."""
    place = made.number - 1
    step, order = recipe.steps[place], measuring.yardstick.order
    less, excluded = _without(recipe, place, step), order.excluded
    if less is None:
        return made.model_copy(update={"reason": OTHER_ROWS})
    if step.rows == "window":
        excluded |= {name for _, name in step.makes()}
    if (needed := prepare.broken_at(less, raw.path, raw.others)) is not None:
        number = needed + 1 + (needed >= place)
        why = f"cannot be left out: step {number} needs what it makes"
        return made.model_copy(update={"reason": why})
    if measuring.over:
        return made.model_copy(update={"reason": "not measured: the time was spent before"})
    try:
        with_it = measuring.scores(recipe, order.excluded, tell)
        without = measuring.scores(less, excluded, tell)
    except Stopped:
        raise
    except (MllError, ValueError) as error:
        why = f"could not be measured: {str(error).splitlines()[0]}"
        return made.model_copy(update={"reason": why})
    return made.model_copy(update={"change": measuring.yardstick.change(with_it, without)})


def _without(recipe: Recipe, place: int, step: Step) -> Recipe | None:
    """The recipe without the step; None when other rows would be there without it.

    A step that makes columns of other rows has run before the split: its columns are left out.
    """
    if step.rows == "keep" or (step.rows == "window" and list(step.makes())):
        return Recipe(steps=(*recipe.steps[:place], *recipe.steps[place + 1 :]))
    return None


def _told(progress: Progress, at: float, share: float, message: str, label: str = "") -> None:
    progress(at, f"{label}: {message}" if label else message)
