"""What MLflow is told of a training; when it cannot be told, training goes on and says so."""

import logging
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from mll_core.domain.training import Run, Training
from mll_core.infra.model_store import ModelStore
from mll_core.infra.tracking import TrackedTraining, Tracker
from mll_core.stages.train.order import Order

LOG = logging.getLogger(__name__)


class Diary:
    """Opens MLflow, which takes seconds, once the first strong model is on the board."""

    def __init__(self, tracker: Tracker, order: Order, run_id: str) -> None:
        self._tracker, self._order, self._run_id = tracker, order, run_id
        self._waiting: list[Run] = []
        self._told: dict[str, str] = {}
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
        self._stack.__exit__(kind, error, trace)

    def add(self, run: Run, *, strong: bool) -> None:
        """A finished run; told at once when ``strong``, else kept for later."""
        self._waiting.append(run)
        if strong:
            self._tell()

    def close(self, training: Training, models: ModelStore) -> Training:
        """Tell the rest; the training with MLflow's ids in it."""
        self._tell()
        order = self._order
        best = training.winner
        asked = {
            "budget_seconds": order.section.budget_seconds,
            "seed": order.section.seed,
            "metric": order.metric,
            "target": order.target,
            "task": order.task.value,
            "rows": training.rows,
            "model": best.label,
        }
        told = self._tracked()
        told.note(asked, best)
        told.attach("recipe.json", order.recipe.model_dump(mode="json"))
        told.attach("features.json", [f.to_json() for f in training.features])
        told.attach("training.json", training.to_json())
        told.attach_file(models.file(training.model_sha256), "model")
        told.attach_file(models.file(training.model_sha256).with_suffix(".json"), "model")
        runs = tuple(
            run.model_copy(update={"mlflow_run_id": self._told.get(run.run_id)})
            for run in training.leaderboard
        )
        return training.model_copy(update={"leaderboard": runs, "mlflow_run_id": told.run_id})

    def _tell(self) -> None:
        while self._waiting:
            run = self._waiting.pop(0)
            self._told[run.run_id] = self._tracked().add(run, self._tags(run.run_id))

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
