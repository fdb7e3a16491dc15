"""MLflow: a mirror of every training in MLflow's own terms; it stores no pickles."""

import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any

import psutil

from mll_core.domain.training import Run, Training
from mll_core.infra import locks

_PATIENCE = 60.0
_PROCESS = "mll.process"
_PARENT = "mlflow.parentRunId"
_LONGEST = 5_000
_MOST_PARAMETERS = 90

Folds = Mapping[str, Iterable[float]]
"""Each metric, fold by fold."""


class TrackingLost(Exception):
    """MLflow cannot be told; what it would have been told is not lost elsewhere."""


@contextmanager
def told() -> Iterator[None]:
    """Any failure of MLflow or its database as TrackingLost."""
    _settle()
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise TrackingLost(str(error).splitlines()[0][:200]) from error


class Tracker:
    """The runs of one project, in ``home/mlflow/mlflow.db`` or where MLFLOW_TRACKING_URI points.

    Nothing is imported or created before the first use.
    """

    def __init__(self, home: Path, project: str) -> None:
        self._folder = home / "mlflow"
        self._project = project

    @contextmanager
    def training(self, name: str, tags: Mapping[str, str]) -> Iterator["TrackedTraining"]:
        """A parent run; FINISHED at the end of the block, FAILED when it raises."""
        run_id = self._start(name, dict(tags))
        try:
            yield TrackedTraining(self, run_id)
        except BaseException:
            self._client.set_terminated(run_id, "FAILED")
            raise
        self._client.set_terminated(run_id, "FINISHED")

    def reap(self) -> int:
        """Mark as KILLED what a process that is no more left RUNNING; how many runs."""
        running = "attributes.status = 'RUNNING'"
        found = self._client.search_runs([self._experiment], running, max_results=1000)
        dead = [run for run in found if not _lives(run.data.tags.get(_PROCESS, ""))]
        for run in dead:
            self._client.set_terminated(run.info.run_id, "KILLED")
        return len(dead)

    @cached_property
    def _client(self) -> Any:
        _settle()
        from mlflow import MlflowClient

        self._folder.mkdir(parents=True, exist_ok=True)
        here = f"sqlite:///{(self._folder / 'mlflow.db').resolve()}"
        return MlflowClient(os.environ.get("MLFLOW_TRACKING_URI", here))

    @cached_property
    def _experiment(self) -> str:
        with locks.held(self._folder / ".lock", what="The set-up of MLflow", patience=_PATIENCE):
            return self._found_or_made()

    def _found_or_made(self) -> str:
        known = self._client.get_experiment_by_name(self._project)
        if known is not None:
            return str(known.experiment_id)
        place = None
        if "MLFLOW_TRACKING_URI" not in os.environ:
            place = (self._folder / "artifacts" / self._project).resolve().as_uri()
        return str(self._client.create_experiment(self._project, artifact_location=place))

    def _start(self, name: str, tags: dict[str, str]) -> str:
        tags[_PROCESS] = _this_process()
        run = self._client.create_run(self._experiment, run_name=name, tags=tags)
        return str(run.info.run_id)

    def _nested(self, parent: str, run: Run, folds: Folds, tags: dict[str, str]) -> str:
        run_id = self._start(run.label, {**tags, _PARENT: parent})
        measured = [*_per_fold(folds), *_metrics(run)]
        self._log(run_id, measured, run.parameters | {"model": run.model})
        self._client.set_terminated(run_id, "FINISHED")
        return run_id

    def _log(self, run_id: str, metrics: Sequence[tuple[str, float, int]], given: Any) -> None:
        from mlflow.entities import Metric, Param

        now = int(time.time() * 1000)
        known = [Metric(k, v, now, step) for k, v, step in metrics if isfinite(v)]
        params = [Param(k, str(v)[:_LONGEST]) for k, v in dict(given).items()]
        for start in range(0, len(known), 900):
            self._client.log_batch(run_id, metrics=known[start : start + 900])
        self._client.log_batch(run_id, params=params[:_MOST_PARAMETERS])


class TrackedTraining:
    """A parent run that is open."""

    def __init__(self, tracker: Tracker, run_id: str) -> None:
        self._tracker = tracker
        self.run_id = run_id

    def add(self, run: Run, folds: Folds, tags: Mapping[str, str]) -> str:
        """A nested run: parameters, every metric per fold and with its interval; its id."""
        return self._tracker._nested(self.run_id, run, folds, dict(tags))

    def note(self, parameters: Mapping[str, Any], training: Training) -> None:
        """What the whole training was asked, and what its winner reached, also by rows."""
        name = f"learning_curve_{training.metric}"
        curve = [(name, point.score.value, point.rows) for point in training.learning_curve]
        self._tracker._log(self.run_id, [*_metrics(training.winner), *curve], parameters)

    def attach(self, name: str, content: Any) -> None:
        """A JSON artefact."""
        self._tracker._client.log_dict(self.run_id, content, name)

    def attach_text(self, name: str, content: str) -> None:
        """A text or an SVG picture as artefact."""
        self._tracker._client.log_text(self.run_id, content, name)

    def attach_model(self, name: str, folder: Path) -> None:
        """All files of ``folder`` as a model of MLflow's that this run made; never a pickle."""
        from mlflow.entities import LoggedModelOutput, LoggedModelStatus

        client, source = self._tracker._client, self.run_id
        made = client.create_logged_model(self._tracker._experiment, name, source_run_id=source)
        client.log_model_artifacts(made.model_id, str(folder))
        client.finalize_logged_model(made.model_id, LoggedModelStatus.READY)
        client.log_outputs(source, models=[LoggedModelOutput(made.model_id, 0)])


def _per_fold(folds: Folds) -> list[tuple[str, float, int]]:
    return [(f"fold_{k}", float(v), fold) for k, by in folds.items() for fold, v in enumerate(by)]


def _metrics(run: Run) -> list[tuple[str, float, int]]:
    whole = [(f"train_{run.metric}", run.train_score, 0), ("seconds", run.seconds, 0)]
    whole.append(("milliseconds_per_row", run.milliseconds_per_row, 0))
    whole.append(("bytes", float(run.bytes), 0))
    for name in ("calibration_error", "fairness_gap"):
        value = getattr(run, name)
        whole += [(name, value, 0)] if value is not None else []
    for name, interval in (run.metrics | {run.metric: run.score}).items():
        whole.append((name, interval.value, 0))
        whole += [(f"{name}_low", interval.low, 0), (f"{name}_high", interval.high, 0)]
    return whole


def _settle() -> None:
    # Before the first import: nothing is sent home, no pickle is read, no chatter in the log.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = "false"
    for noisy in ("mlflow.store.db.utils", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _this_process() -> str:
    return f"{os.getpid()}@{psutil.Process().create_time():.0f}"


def _lives(process: str) -> bool:
    pid, _, started = process.partition("@")
    try:
        return f"{psutil.Process(int(pid)).create_time():.0f}" == started
    except (psutil.Error, ValueError):
        return False
