"""Workers that are killed, alone or with their parent, and what those who ask notice of it."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from serving_process import ROOT, Process, free_port, is_worker, promote, served_workspace, until

from mll_core.infra.processes import family, kill_family
from mll_core.service import workers
from mll_core.workspace import Workspace

BUSY = 3
"""How much longer things may take here than on a machine that has nothing else to do."""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "keys"))
    made = served_workspace(tmp_path)
    promote(made, 0.5)
    return made


def test_a_killed_worker_is_replaced_at_once_the_other_answers_and_none_outlives_the_parent(
    workspace: Workspace,
) -> None:
    service = Process(workspace.home, workers=2)
    try:
        until(service.answers)
        until(lambda: len(service.answering()) == 2)
        first = {one.pid for one in service.workers()}
        killed = service.workers()[0]
        start = time.monotonic()
        killed.kill()
        assert httpx.get(f"{service.http.base_url}/health", trust_env=False).status_code == 200
        assert time.monotonic() - start < 2
        until(lambda: len({one.pid for one in service.workers()} - {killed.pid}) == 2)
        assert time.monotonic() - start < 3 * BUSY
        until(lambda: bool(service.answering() - first))
        print(f"another answers in its place after {time.monotonic() - start:.1f} s")
        ended_with_its_parent(service.process, service.port)
    finally:
        service.http.close()
        kill_family(service.process)


def ended_with_its_parent(parent: subprocess.Popen[bytes], port: int) -> None:
    crew = psutil.Process(parent.pid).children(recursive=True)
    assert len(crew) >= 2
    parent.kill()
    parent.wait()
    assert not psutil.wait_procs(crew, timeout=20 * BUSY)[1]
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))


def test_where_a_thread_must_look_workers_end_with_their_parent_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLL_PORTABLE", "1")
    with crew("quick") as (service, port):
        until(lambda: asked(port) != "")
        ended_with_its_parent(service, port)


def test_when_all_workers_are_killed_who_asks_waits_and_is_not_refused() -> None:
    with crew("quick") as (service, port):
        until(lambda: asked(port) != "")
        time.sleep(1)  # the parent hears a little later that the first one began
        for _ in range(2):
            killed = [one for one in psutil.Process(service.pid).children() if is_worker(one)]
            for one in killed:
                one.kill()
            assert int(asked(port)) not in {one.pid for one in killed}


def test_a_request_that_is_being_answered_is_finished_before_the_service_ends() -> None:
    with crew("slow") as (service, port):
        assert asked(port) == "done"
        answers: list[str] = []
        asking = threading.Thread(target=lambda: answers.append(asked(port)))
        asking.start()
        time.sleep(1)
        service.terminate()
        asking.join()
        assert answers == ["done"]
        assert service.wait(20 * BUSY) == 0


def test_workers_that_never_begin_are_given_up_with_a_sentence() -> None:
    with crew("broken") as (service, _):
        _, said = service.communicate(timeout=30 * BUSY)
        assert service.returncode == 1
        assert b"this one is never made" in said
        assert b"end before they begin" in said.splitlines()[-1]


def test_a_worker_that_is_silent_for_too_long_counts_as_frozen() -> None:
    class Process:
        def is_alive(self) -> bool:
            return True

    ours, its = workers.SPAWN.Pipe()
    worker = workers._Worker(Process(), ours, time.monotonic())  # type: ignore[arg-type]
    worker.listen(workers.SILENT + 1)
    assert not worker.is_over(), "it has not begun: it may take its time"
    its.send_bytes(workers.ALIVE)
    worker.listen(0.1)
    assert not worker.is_over()
    worker.listen(workers.SILENT + 1)
    assert worker.is_over()
    its.close()
    ours.close()


@contextmanager
def crew(name: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Two workers with a small application, and the port they answer on."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, str(ROOT / "tests" / "crew_apps.py"), name, str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, **family()) as service:
        try:
            until(lambda: name == "broken" or is_open(port))
            yield service, port
        finally:
            kill_family(service)


def is_open(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def asked(port: int) -> str:
    """What a new connection is answered; it may wait for a worker."""
    return httpx.get(f"http://127.0.0.1:{port}/", trust_env=False, timeout=100).text
