"""Whether every step of a recipe finds what it names: told when it is changed, not when it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mll_core.domain import provenance
from mll_core.domain.errors import InvalidParameter, MllError, UnknownColumn, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.stages.prepare.answered import of_target
from mll_core.stages.prepare.preview import with_tables
from mll_core.stages.prepare.step_by_step import begun, further
from mll_core.stages.prepare.together import looked_at

FAULTS = (InvalidParameter, UnknownColumn, WrongColumnKind)


@dataclass(frozen=True, eq=False)
class Misfit:
    """A step that cannot work where it stands, the columns it misses, and why."""

    place: int
    step: Step
    missing: tuple[str, ...]
    error: MllError


@dataclass(frozen=True, eq=False)
class Fit:
    """A recipe on the columns there are: ``made`` names for each new one the step that makes it."""

    misfits: tuple[Misfit, ...]
    made: Mapping[str, Step]


def fit(
    recipe: Recipe, path: Path, others: Mapping[str, Path], target: str | None, gap: float
) -> Fit:
    """Try each step that runs on a sample, behind those before it that work.

    ``target`` and ``gap``: see ``refuse_target``. Nothing is said of what comes behind a step whose
    other table is not read yet.
    """
    told, more = with_tables(recipe, others)
    answered = dict(of_target(recipe, target, gap)) if target else {}
    worked = begun(looked_at(told, path, patient=False).rows)
    misfits, made = list[Misfit](), dict[str, Step]()
    for place, step in enumerate(told.steps):
        known, there = recipe.steps[place], provenance.shown(worked.schema)
        if not step.enabled:
            continue
        try:
            if place in answered:
                raise answered[place]
            worked = further(step, worked, more)
        except FAULTS as error:
            missing = (column for _, column, _ in step.picks() if column not in there)
            misfits.append(Misfit(place, known, tuple(dict.fromkeys(missing)), error))
        except MllError:
            break
        made |= dict.fromkeys({*worked.schema.names} - {*there}, known)
    return Fit(tuple(misfits), made)


def refuse_unfit(new: Fit, old: Fit, steps: tuple[Step, ...]) -> None:
    """Refuse a change after which a step cannot work that could before, or that comes in.

    ``steps``: the list as it was, by which later steps are called. Raises UnknownColumn,
    WrongColumnKind, InvalidParameter.
    """
    before = [one.step for one in old.misfits]
    for one in new.misfits:
        if one.step in before:
            before.remove(one.step)  # each excuses one: a second of the same comes in anew
            continue
        makers = {steps.index(old.made[c]): c for c in one.missing if old.made.get(c) in steps}
        if one.step not in steps or not makers:
            raise one.error
        place, column = min(makers.items())
        number = steps.index(one.step) + 1
        what = f"Step {number} needs the column {column!r}, which step {place + 1} makes"
        hint = f"Keep step {place + 1} in front of step {number}, or take step {number} out first."
        raise InvalidParameter(f"{what}: {one.step.sentence()}", hint=hint)
