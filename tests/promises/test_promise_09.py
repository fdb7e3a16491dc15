"""Promise 9: load figures of the scoring service, beside `mlflow models serve` in the same run."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import load
import psutil
import pytest
import wide_table
from load import Answer
from proving import FULL, Tally, amount, tally
from serving_process import ROOT, Process, free_port, register, served_workspace, until

from mll_core.infra import processes

pytestmark = pytest.mark.promise
WORKERS = 2
SECONDS = amount(1, 8)
ROUNDS = amount(1, 3)
SOAK = 60 * float(os.environ.get("MLL_SOAK_MINUTES", amount(0, 30)))
P50, P99, RATE, TIMES, GROWTH = 0.003, 0.010, 600, 5, 1.05
"""The goals, for two cores that have nothing else to do."""
KINDS = {"1 row, 1 client": (1, 1), "1 row, 8 clients": (1, 8), "100 rows, 1 client": (100, 1)}


@dataclass(frozen=True)
class Figures:
    """What one server did with one kind of request."""

    rate: float
    p50: float
    p99: float
    cpu: float

    def __str__(self) -> str:
        times = f"p50 {self.p50 * 1e3:.1f} ms, p99 {self.p99 * 1e3:.1f} ms"
        return f"{self.rate:,.0f}/s, {times}, {self.cpu * 1e3:.2f} ms CPU each"


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def cpu(process: psutil.Process) -> float:
    """Seconds of both kinds that a server and its workers took so far."""
    return sum(one.cpu_times().user + one.cpu_times().system for one in family(process))


def figures(answers: list[Answer], seconds: float, took: float) -> Figures:
    assert {one.status for one in answers} == {200}
    times = sorted(one.seconds for one in answers)
    middle, late = times[len(times) // 2], times[int(len(times) * 0.99)]
    return Figures(len(answers) / seconds, middle, late, took / len(answers))


def closed(port: int, process: psutil.Process, requests: list[bytes], clients: int) -> Figures:
    before, start = cpu(process), time.monotonic()
    end = start + SECONDS
    asked = load.closed_loop(port, requests, clients, lambda: time.monotonic() < end)
    answers = asyncio.run(asked)
    return figures(answers, time.monotonic() - start, cpu(process) - before)


def best(several: list[Figures]) -> Figures:
    """Each figure at its best of some rounds: what else the machine does only makes it worse."""
    return Figures(
        max(one.rate for one in several),
        min(one.p50 for one in several),
        min(one.p99 for one in several),
        min(one.cpu for one in several),
    )


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("load")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLL_KEYS", str(folder / "keys"))
        workspace = served_workspace(folder)
        number = register(workspace, wide_table.model())
        workspace.project("churn").registry.promote(number, needs_approval=True)
        with Process(workspace.home, WORKERS) as running:
            until(lambda: len(running.answering()) == WORKERS)
            yield running


@contextmanager
def mlflow(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """`mlflow models serve` over the usual scikit-learn pipeline of the same table."""
    environment = {
        **os.environ,
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "OMP_NUM_THREADS": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
    }
    save = [sys.executable, "-W", "ignore", wide_table.__file__, str(folder / "model")]
    subprocess.run(save, env=environment, check=True, capture_output=True)
    port = free_port()
    serve = [str(Path(sys.executable).parent / "mlflow"), "models", "serve", "-m", "model"]
    serve += ["--env-manager", "local", "-p", str(port), "--workers", str(WORKERS)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            serve, cwd=folder, env=environment, stdout=log, stderr=log, **processes.family()
        )
    try:
        until(lambda: _answers(port), 240)
        yield port, psutil.Process(process.pid)
    finally:
        processes.stop_family(process)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/ping", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def requests(rows: int, *, ours: bool) -> list[bytes]:
    sent = [wide_table.records(rows, seed) for seed in range(5, 13)]
    if ours:
        return [load.predict(records) for records in sent]
    return [load.post("/invocations", {"dataframe_records": records}) for records in sent]


def test_load_figures_in_a_closed_loop(service: Process, tmp_path: Path) -> None:
    ours: dict[str, list[Figures]] = {kind: [] for kind in KINDS}
    theirs: dict[str, list[Figures]] = {kind: [] for kind in KINDS}
    here = psutil.Process(service.process.pid)
    with tally(9, "closed loop") as counts:
        if not FULL:
            for kind, (rows, clients) in KINDS.items():
                found = closed(service.port, here, requests(rows, ours=True), clients)
                ours[kind].append(found)
        else:
            with mlflow(tmp_path) as (port, there):
                for _ in range(ROUNDS):  # in turn, so that both meet the same machine
                    for kind, (rows, clients) in KINDS.items():
                        sent = requests(rows, ours=True)
                        ours[kind].append(closed(service.port, here, sent, clients))
                        sent = requests(rows, ours=False)
                        theirs[kind].append(closed(port, there, sent, clients))
        mine = {kind: best(found) for kind, found in ours.items()}
        said = [f"{kind}: {found}" for kind, found in mine.items()]
        if FULL:
            other = {kind: best(found) for kind, found in theirs.items()}
            said += [f"mlflow models serve, {kind}: {found}" for kind, found in other.items()]
            _goals(counts, mine, other)
        counts.say("; ".join([*said, f"load average {os.getloadavg()[0]:.1f}"]))


def _goals(counts: Tally, mine: dict[str, Figures], other: dict[str, Figures]) -> None:
    one, many = mine["1 row, 1 client"], mine["1 row, 8 clients"]
    there = other["1 row, 8 clients"]
    counts.goal(one.p50 < P50, f"1-row p50 {one.p50 * 1e3:.1f} ms, goal below 3 ms")
    counts.goal(one.p99 < P99, f"1-row p99 {one.p99 * 1e3:.1f} ms, goal below 10 ms")
    counts.goal(many.rate > RATE, f"{many.rate:,.0f} requests/s, goal above {RATE}")
    times = many.rate / there.rate
    counts.goal(times > TIMES, f"{times:.1f} times mlflow's requests/s, goal above {TIMES}")
    times = there.cpu / many.cpu
    counts.goal(times > TIMES, f"{times:.1f} times less CPU a request, goal above {TIMES}")


def test_load_figures_in_an_open_loop(service: Process) -> None:
    rate, here = amount(50, 200), psutil.Process(service.process.pid)
    with tally(9, "open loop, timed from when each was due") as counts:
        before = cpu(here)
        asked = load.open_loop(service.port, requests(1, ours=True), rate, SECONDS)
        answers = asyncio.run(asked)
        found = figures(answers, SECONDS, cpu(here) - before)
        counts.say(f"{found}; load average {os.getloadavg()[0]:.1f}")


@pytest.mark.promise_full
def test_memory_stays_where_it_was(service: Process) -> None:
    here = psutil.Process(service.process.pid)
    mixed = [*requests(1, ours=True), *requests(100, ours=True)[:2]]

    def soak(seconds: float) -> list[Answer]:
        end = time.monotonic() + seconds
        asked = load.closed_loop(service.port, mixed, 4, lambda: time.monotonic() < end)
        return asyncio.run(asked)

    with tally(9, "soak") as counts:
        counts["requests"] = len(soak(max(20.0, SOAK / 10)))
        before = sum(one.memory_info().rss for one in family(here))
        answers = 0
        end = time.monotonic() + SOAK
        while time.monotonic() < end:
            some = soak(min(30.0, SOAK))
            assert {one.status for one in some} == {200}
            answers += len(some)
        after = sum(one.memory_info().rss for one in family(here))
        counts["requests"] += answers
        times = f"{before >> 20:,} MB to {after >> 20:,} MB in {SOAK / 60:.0f} minutes"
        counts.goal(after < before * GROWTH, f"memory {times}, goal below 5 % more")
