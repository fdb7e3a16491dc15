"""Stage 3, prepare: a recipe and a data version in; a preview, or the parted rows, out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import ibis

from mll_core.domain import mixing
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.data import DataVersion, Split
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.domain.source_address import title_of
from mll_core.domain.split_section import SplitSection
from mll_core.domain.strata import EVEN, Strata
from mll_core.domain.task import Task
from mll_core.infra import splitter
from mll_core.infra.beside import Deciding
from mll_core.infra.few_rows import SAMPLE
from mll_core.infra.objects import ObjectStore
from mll_core.stages.prepare import both_parts
from mll_core.stages.prepare.alike import Alike, Spellings, alike
from mll_core.stages.prepare.answered import refuse_target
from mll_core.stages.prepare.candidates import Candidate, screened
from mll_core.stages.prepare.cases import Asked, case, suspects
from mll_core.stages.prepare.code import as_pyspark, as_python, as_sql
from mll_core.stages.prepare.comparing import Compared
from mll_core.stages.prepare.fitting import Fit, fit, refuse_unfit
from mll_core.stages.prepare.kin import Kin
from mll_core.stages.prepare.leaving import broken_at, looked_up, without_column
from mll_core.stages.prepare.near import Group, Near, NearRows, decided, near
from mll_core.stages.prepare.preview import (
    Preview,
    preview,
    values,
    with_tables,
)
from mll_core.stages.prepare.shapes import Shape
from mll_core.stages.prepare.step_by_step import at_work, learned
from mll_core.stages.prepare.together import looked_at

__all__ = [
    "SAMPLE",
    "Alike",
    "Asked",
    "Candidate",
    "Compared",
    "Fit",
    "Group",
    "Kin",
    "Near",
    "NearRows",
    "Preview",
    "Shape",
    "Spellings",
    "SplitPlan",
    "alike",
    "as_pyspark",
    "as_python",
    "as_sql",
    "at_work",
    "broken_at",
    "case",
    "decided",
    "fit",
    "learned",
    "looked_at",
    "looked_up",
    "near",
    "preview",
    "refuse_mixing",
    "refuse_target",
    "refuse_unfit",
    "schema",
    "screened",
    "split",
    "suspects",
    "values",
    "with_tables",
    "without_column",
]


@dataclass(frozen=True)
class SplitPlan:
    """What a split is made for: the section of the document, the target and the task.

    ``own``: the addresses of the project's own rows.
    ``others``: the other tables the recipe reads, by address.
    ``strata``: of what every part gets its share, where the target is a number.
    ``protected``, ``keys`` and ``excluded``: columns, for what is said about both parts.
    """

    section: SplitSection
    target: str | None
    task: Task
    others: Mapping[str, DataVersion] = field(default_factory=dict)
    protected: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    own: tuple[str, ...] = ()
    strata: Strata = EVEN


def schema(
    recipe: Recipe,
    path: Path,
    others: Mapping[str, Path] | None = None,
    *,
    patient: bool = True,
) -> ibis.Schema:
    """Columns and types after ``recipe``; ``patient``: see ``looked_at``.

    Raises UnknownColumn, WrongColumnKind, NotReady.
    """
    recipe, more = with_tables(recipe, others or {})
    return at_work(recipe, looked_at(recipe, path, patient=patient).rows, more).schema


def refuse_mixing(recipe: Recipe, section: SplitSection) -> None:
    """Refuse a step through which held-out rows could reach rows that are learned from.

    Raises InvalidParameter.
    """
    mixing.refuse(recipe, Deciding.asked(section).parting)


def refuse_itself(recipe: Recipe, own: Collection[str]) -> None:
    """Refuse a step that looks its values up in the rows of the project (``own`` addresses): they
    hold the rows that will be tested, and their answers. Raises InvalidParameter.
    """
    for i, step in enumerate(recipe.steps):
        if step.enabled and (found := sorted({*step.sources()} & {*own})):
            raise InvalidParameter(
                f"steps.{i}.{step.kind}: {title_of(found[0])!r} is the data of the project itself, "
                "so rows to learn from would get what tested rows say.",
                hint="For what the same rows said earlier take Tell what happened to the same "
                "before, or Take an earlier value.",
            )


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
    if plan.target is not None:
        refuse_target(recipe, plan.target, plan.section.gap)
    refuse_mixing(recipe, plan.section)
    read = [plan.others[s] for s in _sources(recipe) if s in plan.others]
    same = {version.source for version in read if version.sha256 == path.stem}
    refuse_itself(recipe, same | {*plan.own})
    others = {version.source: objects.path(version.sha256) for version in read}
    told, more = with_tables(recipe, others, whole=True)
    parts = splitter.Splitter(plan.section, plan.target, plan.task, objects, more, plan.strata)
    made = parts.split(told, path, progress).model_copy(update={"others": tuple(read)})
    shown = both_parts.Shown(plan.target, plan.protected, plan.keys, plan.excluded)
    return both_parts.compare(made, shown, objects, progress)


def _sources(recipe: Recipe) -> dict[str, None]:
    return dict.fromkeys(source for step in recipe.running.steps for source in step.sources())
