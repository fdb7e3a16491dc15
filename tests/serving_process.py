"""The scoring service as the process it is, a small real workspace, and versions to promote."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import httpx
import psutil
import uvicorn
from serving_samples import RECORD, model, parquet, rows

from mll_core.domain.document import SignOff
from mll_core.domain.serving import ModelVersion
from mll_core.infra.fitted_model import FittedModel
from mll_core.workspace import Workspace

ROOT = Path(__file__).parents[1]


def served_workspace(folder: Path) -> Workspace:
    """A workspace with the project ``churn``, which has no model yet."""
    workspace = Workspace.open(folder / "home")
    source = parquet(rows(300).drop(columns=["spend", "band"]), folder / "churn.parquet")
    workspace.create_project("churn", str(source), target="left")
    return workspace


def register(workspace: Workspace, fitted: FittedModel, run_id: str = "run") -> int:
    """An approved version of ``churn`` that does not answer yet: its number."""
    registry = workspace.project("churn").registry
    version = registry.register(
        ModelVersion(
            project="churn",
            number=0,
            run_id=run_id,
            model="boosting",
            sha256=workspace.models.save(fitted, {"project": "churn", "training": run_id}),
            data_version="d",
            document_version=1,
            development="none",
        )
    )
    workspace.models.note_tried(version.sha256)  # as a promotion does, after a first use
    registry.approve(version.number, SignOff(by="Ana", role="owner", at="2024-01-01"))
    return version.number


def promote(workspace: Workspace, threshold: float) -> int:
    """A new champion whose threshold tells it apart: its number."""
    number = register(workspace, replace(model(), threshold=threshold), f"run-{threshold}")
    registry = workspace.project("churn").registry
    return registry.promote(number, needs_approval=True).number


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """``mll serve``, and ways to ask it."""

    def __init__(self, home: Path, workers: int) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "mll_core.cli", "serve", "--home", str(home)]
        command += ["--port", str(self.port), "--workers", str(workers)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False)

    def predict(self, **more: Any) -> httpx.Response:
        """The answer to one record."""
        return self.http.post("/v1/churn/predict", json={"records": [RECORD]}, **more)

    def answers(self) -> bool:
        """Whether it is ready."""
        try:
            return self.http.get("/v1/churn/ready").status_code == 200
        except httpx.TransportError:
            return False

    def workers(self) -> list[psutil.Process]:
        """The processes that answer; the parent only keeps them alive."""
        parent = psutil.Process(self.process.pid)
        return [child for child in parent.children() if is_worker(child)] or [parent]

    def answering(self, attempts: int = 4) -> set[int]:
        """Processes that answer new connections, as far as some attempts find them."""
        found = set()
        for _ in range(attempts):
            text = httpx.get(f"{self.http.base_url}/metrics", trust_env=False).text
            found |= {int(pid) for pid in re.findall(r'pid="(\d+)"', text)}
        return found

    def stop(self) -> int:
        """End it as Ctrl-C would; the exit code."""
        self.http.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def __enter__(self) -> Self:
        until(self.answers)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def is_worker(process: psutil.Process) -> bool:
    """Whether a process answers requests."""
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return False


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def in_a_thread(config: uvicorn.Config) -> Iterator[int]:
    """A server of this very process, until the block ends: its port."""
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    until(lambda: running.started)
    try:
        yield running.servers[0].sockets[0].getsockname()[1]
    finally:
        running.should_exit = running.force_exit = True
        thread.join()
