"""What training is asked, and with what it works."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mll_core.catalog import task_of
from mll_core.domain.data import Split
from mll_core.domain.document import Brief
from mll_core.domain.errors import UnfitTarget
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind
from mll_core.domain.train_section import TrainSection
from mll_core.domain.training import Run
from mll_core.infra.model_store import ModelStore
from mll_core.infra.objects import ObjectStore
from mll_core.infra.tracking import Tracker
from mll_core.stages.train.clock import Now

Publish = Callable[[tuple[Run, ...]], None]
"""Called with the leaderboard so far, best first."""


@dataclass(frozen=True)
class Order:
    """One training: the development rows, what to learn from them, and how long it may take."""

    split: Split
    development: Path
    recipe: Recipe
    excluded: frozenset[str]
    brief: Brief
    task: Task
    metric: str
    metric_reason: str
    section: TrainSection
    project: str
    document_version: int

    @property
    def kind(self) -> TaskKind:
        """The task as it was settled; the plain one for such answers where the brief leaves it."""
        return task_of(self.brief, self.task)

    @property
    def target(self) -> str:
        """The column to predict, or what the answer is called where no column holds it.

        Raises UnfitTarget when the brief names none and one is needed.
        """
        if not self.brief.target and (answer := self.kind.answer):
            return answer
        if not self.brief.target:
            hint = "Choose the column to predict in stage 1."
            raise UnfitTarget("brief.target: no column to predict is named.", hint=hint)
        return self.brief.target


@dataclass(frozen=True)
class Tools:
    """Where results are kept, and what tells the time."""

    objects: ObjectStore
    models: ModelStore
    tracker: Tracker
    now: Now = time.monotonic


def ignore(runs: tuple[Run, ...]) -> None:
    """A Publish that tells nobody."""
