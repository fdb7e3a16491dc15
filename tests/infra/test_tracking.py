import os
from pathlib import Path
from typing import Any

import pytest
from tracking_cases import RUN, TRAINING

from mll_core.infra.tracking import Tracker


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")  # one database: to make it takes seconds


def client(home: Path) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(f"sqlite:///{home / 'mlflow' / 'mlflow.db'}")


def steps(mlflow: Any, run_id: str, metric: str) -> list[tuple[int, float]]:
    return sorted((m.step, m.value) for m in mlflow.get_metric_history(run_id, metric))


def test_a_training_is_a_parent_run_with_a_nested_run_per_model(home: Path) -> None:
    tags = {"document_version": "7", "data_version": "abc"}
    model = home / "model"
    model.mkdir()
    (model / "model.skops").write_bytes(b"model")
    with Tracker(home, "people").training("training t", tags) as told:
        by_fold = {"rmse": (1.9, 2.0, 2.1), "mae": (1.0, 1.2, 1.1)}
        nested = told.add(RUN, by_fold, tags)
        told.note({"seed": 0}, TRAINING)
        told.attach("features.json", [{"name": "age"}])
        told.attach_text("plots/roc.svg", "<svg/>")
        told.attach_model("ridge", model)
    mlflow = client(home)
    parent, child = mlflow.get_run(told.run_id), mlflow.get_run(nested)
    assert (parent.info.status, child.info.status) == ("FINISHED", "FINISHED")
    assert child.data.tags["mlflow.parentRunId"] == told.run_id
    assert child.data.tags["data_version"] == "abc"
    assert child.data.params["alpha"] == "3.0"
    assert child.data.metrics["rmse"] == 2.0
    assert child.data.metrics["rmse_low"] == 1.5
    assert "mae_low" not in child.data.metrics  # no interval, no number
    assert steps(mlflow, nested, "fold_rmse") == [(0, 1.9), (1, 2.0), (2, 2.1)]
    assert steps(mlflow, nested, "fold_mae") == [(0, 1.0), (1, 1.2), (2, 1.1)]
    assert steps(mlflow, told.run_id, "learning_curve_rmse") == [(50, 2.5), (90, 2.0)]
    names = {f.path for f in mlflow.list_artifacts(told.run_id)}
    assert names == {"features.json", "plots"}
    (made,) = parent.outputs.model_outputs
    logged = mlflow.get_logged_model(made.model_id)
    assert (logged.name, str(logged.status), logged.source_run_id) == (
        "ridge",
        "READY",
        told.run_id,
    )
    assert [f.path for f in mlflow.list_logged_model_artifacts(made.model_id)] == ["model.skops"]
    assert list((home / "mlflow" / "artifacts").rglob("*.pkl")) == []


def test_a_training_that_fails_is_a_failed_run(home: Path) -> None:
    tracker = Tracker(home, "people")
    with pytest.raises(ValueError, match="no"), tracker.training("broken", {}) as told:
        raise ValueError("no")
    assert client(home).get_run(told.run_id).info.status == "FAILED"


def test_a_run_that_a_dead_process_left_running_is_marked_killed(home: Path) -> None:
    tracker = Tracker(home, "people")
    abandoned = tracker.training("left", {})
    left = abandoned.__enter__().run_id
    client(home).set_tag(left, "mll.process", "4194305@0")  # no process has this number
    with tracker.training("mine", {}) as mine:
        assert tracker.reap() == 1
        assert client(home).get_run(mine.run_id).info.status == "RUNNING"
    assert client(home).get_run(left).info.status == "KILLED"
    assert abandoned.__exit__(None, None, None) is False


def test_pickles_and_telemetry_are_off(home: Path) -> None:
    assert Tracker(home, "people").reap() == 0
    assert os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] == "false"
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_runs_go_where_the_address_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlflow import MlflowClient

    elsewhere = f"sqlite:///{home / 'mlflow' / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", elsewhere)
    other = home / "another"
    with Tracker(other, "far away").training("training t", {}) as told:
        told.add(RUN, {}, {})
    assert MlflowClient(elsewhere).get_run(told.run_id).info.status == "FINISHED"
    assert not (other / "mlflow" / "mlflow.db").exists()
    assert Tracker(other, "far away").reap() == 0
