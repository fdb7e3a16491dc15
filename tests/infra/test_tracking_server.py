"""Runs told to a server elsewhere, as ``mlflow ui`` and ``mlflow server`` answer on the network."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from tracking_cases import RUN, TRAINING

from mll_core.infra.tracking import Tracker

LEAN = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
"""Without the seven processes for work that nobody asks of it here."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=folder, env=LEAN, start_new_session=True
        )
    try:
        yield awaited(f"http://127.0.0.1:{port}", server, folder / "log")
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # its own children too; gently it takes ten seconds
        server.wait()


def awaited(address: str, server: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(2400):
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(f"{address}/health", timeout=5):
                return address
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError(log.read_text())


def asked(address: str, path: str, body: dict[str, object]) -> Any:
    sent = Request(
        f"{address}/api/2.0/mlflow/{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(sent, timeout=30) as answer:
        return json.load(answer)


def test_a_server_named_by_the_usual_variable_shows_all_in_its_own_terms(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    model = tmp_path / "model"
    model.mkdir()
    (model / "MLmodel").write_text("flavors: {}\n")
    with Tracker(tmp_path, "people").training("training t", {"data_version": "abc"}) as told:
        nested = told.add(RUN, {"rmse": RUN.folds}, {})
        told.note({"seed": 0}, TRAINING)
        told.attach_text("plots/roc.svg", "<svg/>")
        told.attach_model("ridge", model)
    with urlopen(f"{address}/api/2.0/mlflow/experiments/get-by-name?experiment_name=people") as got:
        ours = {"experiment_ids": [json.load(got)["experiment"]["experiment_id"]]}
    runs = asked(address, "runs/search", ours)["runs"]
    assert {run["info"]["run_id"] for run in runs} == {told.run_id, nested}
    models = asked(address, "logged-models/search", ours)["models"]
    assert [one["info"]["name"] for one in models] == ["ridge"]
    with urlopen(f"{address}/get-artifact?path=plots/roc.svg&run_id={told.run_id}") as got:
        assert got.read() == b"<svg/>"
    with urlopen(f"{address}/") as page:
        assert b"MLflow" in page.read()
    assert not (tmp_path / "mlflow" / "mlflow.db").exists()
