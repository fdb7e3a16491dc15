"""The impact ledger: what every step of the recipe changes, and what the score loses without it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mll_core.bench import Bench
from mll_core.domain.connector import Progress
from mll_core.domain.errors import MllError, Stopped
from mll_core.domain.gathering import Gathering
from mll_core.domain.recipe import Recipe
from mll_core.domain.stage import Stage
from mll_core.domain.table_step import TableStep
from mll_core.domain.worth import Ledger, StepWorth
from mll_core.stages import prepare
from mll_core.stages.train import Order
from mll_core.worth import apart, choosing
from mll_core.worth.choosing import Raw
from mll_core.worth.measuring import Measuring

Keep = Callable[[Ledger], None]
BROUGHT_IN = (
    "not measured: rows with and without a step are paired by their place in the project's own "
    "table, where the rows that it brings in have none"
)
OTHER_ROWS = (
    "not measured, for rows stand for something else where one is made of several, or several of "
    "one: none is there with and without the step, so there are no two scores to compare"
)


def weigh(bench: Bench, measuring: Measuring, keep: Keep) -> Ledger:
    """Every running step, in order; ``keep`` is given what there is after each. Raises Stopped."""
    started, order = time.monotonic(), measuring.yardstick.order
    sources = [source for step in order.recipe.steps for source in step.sources()]
    whole = measuring.scores(order.recipe, order.excluded, partial(_told, bench.progress, 0.05))
    raw = _raw(bench, order, bench.tables.paths(sources))
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


def _raw(bench: Bench, order: Order, others: Mapping[str, Path]) -> Raw:
    """The rows that were parted but for the tested ones, opened or not, and the side of each."""
    from mll_core.infra import beside, sealed

    prepared, split = bench.artefacts.newest(Stage.PREPARE), order.split
    version = (prepared.data_version if prepared else None) or bench.data()[0].sha256
    rows = sealed.open_rows(bench.home, bench.objects, version, split.sealed.sha256)
    told = (order.target, order.task, bench.objects, others)
    whole = bench.objects.path(version)
    parting = beside.Deciding.of(split).parting
    return Raw(
        rows,
        others,
        apart.sides(order.recipe, whole, split, bench.document.split, told),
        partial(apart.settled, raw=whole, parting=parting),
    )


@dataclass(frozen=True)
class _Placed:
    """A step among those that run on the same rows: raw ones, or development rows."""

    recipe: Recipe
    at: int
    place: int
    rows: Raw

    @classmethod
    def of(cls, recipe: Recipe, place: int, raw: Raw, development: Path) -> "_Placed":
        running = recipe.running.steps
        at = sum(step.enabled for step in recipe.steps[:place])
        if at < len(recipe.shaping.steps):
            return cls(Recipe(steps=running[: at + 1]), at, place, raw)
        later = len(running) - at - 1
        steps = recipe.replayed.steps
        steps = steps[: len(steps) - later]
        return cls(Recipe(steps=steps), len(steps) - 1, place, Raw(development, {}))


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
    made: StepWorth, recipe: Recipe, measuring: Measuring, raw: Raw, tell: Progress
) -> StepWorth:
    """The same with the change in score, or with why there is none."""
    place, order = made.number - 1, measuring.yardstick.order
    less = Recipe(steps=(*recipe.steps[:place], *recipe.steps[place + 1 :]))
    if (needed := prepare.broken_at(less, raw.path, raw.others)) is not None:
        number = needed + 1 + (needed >= place)
        why = f"cannot be left out: step {number} needs what it makes"
        return made.model_copy(update={"reason": why})
    if measuring.over:
        return made.model_copy(update={"reason": "not measured: the time was spent before"})
    step, before = recipe.steps[place], sum(s.enabled for s in recipe.steps[:place])
    columns = step.rows == "window" and list(step.makes())
    try:
        if before < len(recipe.shaping.steps) and not columns:
            return made.model_copy(update=_of_rows(measuring, recipe, place, raw, tell))
        excluded = order.excluded | {name for _, name in step.makes() if columns}
        with_it = measuring.scores(recipe, order.excluded, tell)
        without = measuring.scores(less, excluded, tell)
    except Stopped:
        raise
    except (MllError, ValueError) as error:
        why = f"could not be measured: {str(error).splitlines()[0]}"
        return made.model_copy(update={"reason": why})
    return made.model_copy(update={"change": measuring.yardstick.change(with_it, without)})


def _of_rows(
    measuring: Measuring, recipe: Recipe, place: int, raw: Raw, tell: Progress
) -> dict[str, object]:
    """The change of a step that decides which rows there are, or why there is none."""
    from mll_core.infra import files

    step = recipe.steps[place]
    if isinstance(step, TableStep) and step.appends:
        return {"reason": BROUGHT_IN}
    gathers = any(isinstance(one, Gathering) for one in recipe.running.steps)
    if gathers or step.spreads() is not None:
        return {"reason": OTHER_ROWS}
    with files.temporary_folder(measuring.home) as folder:
        found, judged = choosing.change(measuring, recipe, place, raw, tell, folder)
    return {"change": found, "judged": judged}


def _told(progress: Progress, at: float, share: float, message: str, label: str = "") -> None:
    progress(at, f"{label}: {message}" if label else message)
