"""Work that does not want to end, for the real worker: ``python tests/odd_jobs.py HOME``.

The worker, the process of a job and all between are the product's own; only the kinds are odd.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

IMPORTING = "importing"
Tell = Any


def ready(parameters: Mapping[str, Any]) -> None:
    """Say that it has begun."""
    Path(parameters["ready"]).touch()


def loop(project: Any, parameters: Mapping[str, Any], progress: Tell, publish: Tell) -> Any:
    """Python that never reports."""
    ready(parameters)
    while True:
        sum(range(1_000))


def reporting(project: Any, parameters: Mapping[str, Any], progress: Tell, publish: Tell) -> Any:
    """Python that reports, as it should."""
    ready(parameters)
    while True:
        progress(0.5, "Half way")
        time.sleep(0.05)


def numbers(project: Any, parameters: Mapping[str, Any], progress: Tell, publish: Tell) -> Any:
    """One long call into C, which lets no Python run."""
    import numpy as np

    big = np.random.default_rng(0).random((3_000, 3_000))
    ready(parameters)
    while True:
        np.linalg.eigvals(big)


def query(project: Any, parameters: Mapping[str, Any], progress: Tell, publish: Tell) -> Any:
    """One long query, of the kind that the engine cannot interrupt."""
    from mll_core.infra import warehouse

    ready(parameters)
    many = "SELECT max(levenshtein(repeat('x', 20000) || a.range, repeat('y', 20000)))"
    warehouse.connect().execute(f"{many} FROM range(1000000) a").fetchall()


def deaf(project: Any, parameters: Mapping[str, Any], progress: Tell, publish: Tell) -> Any:
    """Work that ignores every request to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready(parameters)
    while True:
        try:
            progress(0.5, "Not listening")
        except Exception:
            time.sleep(0.1)


def frozen(project: Any, parameters: Mapping[str, Any], progress: Tell, publish: Tell) -> Any:
    """Work that has stopped itself."""
    ready(parameters)
    os.kill(os.getpid(), signal.SIGSTOP)


def ancestor(project: Any, parameters: Mapping[str, Any], progress: Tell, publish: Tell) -> Any:
    """Work with a child of its own and one that left the group."""
    sleep = [sys.executable, "-c", "import time; time.sleep(300)"]
    pids = [subprocess.Popen(sleep, start_new_session=leaves).pid for leaves in (False, True)]
    Path(parameters["ready"] + ".pids").write_text(" ".join(map(str, pids)))
    time.sleep(0.5)  # the worker looks five times a second
    ready(parameters)
    time.sleep(300)


def die(project: Any, parameters: Mapping[str, Any], progress: Tell, publish: Tell) -> Any:
    """Work that is killed in its midst."""
    print("the last words", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def hungry(project: Any, parameters: Mapping[str, Any], progress: Tell, publish: Tell) -> Any:
    """Work that waits a moment beside others and says when it ran."""
    started = time.time()
    time.sleep(float(parameters.get("seconds", 1.0)))
    return {"started": started, "ended": time.time()}


FOREVER = (loop, reporting, numbers, query, deaf, frozen, ancestor)


def install() -> None:
    """Put the odd kinds among those the worker knows."""
    from mll_core import work

    odd = {f.__name__: work.Kind(f, True, "a test") for f in (*FOREVER, hungry)}
    odd |= {"die": work.Kind(die, False, "a test"), IMPORTING: work.Kind(loop, True, "a test")}
    work.KINDS = {**work.KINDS, **odd}  # type: ignore[misc]


def child() -> int:
    """The process of one job."""
    if (Path(sys.argv[1]) / IMPORTING / sys.argv[2]).exists():
        (Path(sys.argv[1]) / IMPORTING / f"{sys.argv[2]}.ready").touch()
        time.sleep(300)  # as a library that takes long to import
    install()
    from mll_core import child as real

    return real.main(sys.argv[1:])


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(child())
    install()
    from mll_core import worker

    worker.Worker.module = "odd_jobs"
    worker.work(Path(sys.argv[1]))
