"""What MLflow is told of a training; when it cannot be told, training goes on and says so."""

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self, TypeVar

import pyarrow as pa

from mll_core.domain.training import Run, Skipped, Training
from mll_core.infra import typical
from mll_core.infra.mlflow_model import asked, bundle, environment
from mll_core.infra.model_store import ModelStore
from mll_core.infra.tracking import Folds, TrackedTraining, Tracker, TrackingLost, told
from mll_core.stages.train.order import Order

LOG = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Shown:
    """What is told of the winner: SVG pictures by file name, and rows to make up a usual one of."""

    pictures: Mapping[str, str]
    rows: pa.Table


class Diary:
    """Opens MLflow, which takes seconds, once every kind of model has had its turn."""

    def __init__(self, tracker: Tracker, order: Order, run_id: str) -> None:
        self._tracker, self._order, self._run_id = tracker, order, run_id
        self._waiting: list[tuple[Run, Folds]] = []
        self._ids: dict[str, str] = {}
        self._lost: str | None = None
        self._open: TrackedTraining | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """The parent run is finished, or failed when the block raises."""
        try:
            with told():
                self._stack.__exit__(kind, error, trace)
        except TrackingLost as lost:
            LOG.warning("MLflow was not told the end: %s", lost)

    def add(self, run: Run, folds: Folds, *, now: bool) -> None:
        """A finished run and its metrics by fold; told ``now``, or kept for later."""
        self._waiting.append((run, folds))
        if now:
            self._flush()

    def close(self, training: Training, models: ModelStore, shown: Shown) -> Training:
        """Tell the rest; the training with MLflow's ids in it.

        MLflow is not opened for what was stopped before: who waits for Stop waits no seconds.
        """
        if training.stopped and self._open is None:
            self._lost = self._lost or "Stop was pressed first. Go on, and it is told."
        self._flush()
        order = self._order
        best = training.winner
        asked = {
            "budget_seconds": order.section.budget_seconds,
            "seed": order.section.seed,
            "metric": order.metric,
            "target": order.target,
            "task": order.task.value,
            "rows": training.rows,
            "folds": order.split.folds,
            "model": best.label,
        }
        self._tell(lambda mlflow: _everything(mlflow, asked, order, training))
        self._tell(lambda mlflow: _model(mlflow, training, models, shown))
        runs = tuple(
            run.model_copy(update={"mlflow_run_id": self._ids.get(run.run_id)})
            for run in training.leaderboard
        )
        change: dict[str, object] = {"leaderboard": runs}
        if self._open is not None:
            change["mlflow_run_id"] = self._open.run_id
        if self._lost is not None:
            lost = Skipped(model="MLflow", reason=f"It was not told of this training: {self._lost}")
            change["skipped"] = (*training.skipped, lost)
        return training.model_copy(update=change)

    def _flush(self) -> None:
        while self._waiting:
            run, folds = self._waiting.pop(0)
            tags = self._tags(run.run_id)
            told_as = self._tell(partial(TrackedTraining.add, run=run, folds=folds, tags=tags))
            if told_as is not None:
                self._ids[run.run_id] = told_as

    def _tell(self, tell: Callable[[TrackedTraining], T]) -> T | None:
        """What ``tell`` gives, None once MLflow was lost."""
        if self._lost is None:
            try:
                with told():
                    return tell(self._tracked())
            except TrackingLost as lost:
                self._lost = str(lost)
                LOG.warning("MLflow is not told of this training: %s", lost)
        return None

    def _tracked(self) -> TrackedTraining:
        if self._open is None:
            name = f"training {self._run_id}"
            opened = self._tracker.training(name, self._tags(self._run_id))
            self._open = self._stack.enter_context(opened)
        return self._open

    def _tags(self, run_id: str) -> dict[str, str]:
        return {
            "run_id": run_id,
            "project": self._order.project,
            "document_version": str(self._order.document_version),
            "data_version": self._order.split.development.sha256,
        }


_UNTOLD = {"inside": None, "grouping": None, "oddness": None}
"""What shows rows: an erasure could not take it back there."""


def _everything(
    mlflow: TrackedTraining, asked: dict[str, object], order: Order, training: Training
) -> None:
    mlflow.note(asked, training)
    mlflow.attach("recipe.json", order.recipe.model_dump(mode="json"))
    mlflow.attach("features.json", [feature.to_json() for feature in training.features])
    told = training.model_copy(update=_UNTOLD)
    mlflow.attach("training.json", told.to_json())
    mlflow.attach_text("environment.txt", environment())


def _model(mlflow: TrackedTraining, training: Training, models: ModelStore, shown: Shown) -> None:
    for name, picture in shown.pictures.items():
        mlflow.attach_text(f"plots/{name}", picture)
    manifest = models.manifest(training.model_sha256)
    example = typical.row(shown.rows, asked(manifest))
    with TemporaryDirectory() as folder:
        bundle(Path(folder), models.file(training.model_sha256), manifest, example)
        mlflow.attach_model(training.winner.model, Path(folder))
