"""The processes behind the cages: each waits for tasks, which run in children of it."""

import atexit
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mll_core.domain.connector import Progress
from mll_core.infra.caged import LONGEST
from mll_core.infra.processes import family, kill_family

ROOT_PATHS = (str(Path(__file__).parents[2]),)
"""Where the modules of tasks are."""
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "TEMP", "TMPDIR")
_POLL = 0.5
_WARM = ("mll_core.infra.reader",)
MOST_IDLE = 4
_GRACE = 1.0
"""Seconds after its deadline in which a task is expected to have ended by itself."""


class Keeper:
    """One process that waits for tasks; each runs in a child of it (see ``caged``)."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mll_core.infra.caged"],
            cwd=ROOT_PATHS[0],
            env={
                **kept,
                "PYTHONPATH": os.pathsep.join(ROOT_PATHS),
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **family(),
        )
        threading.Thread(target=self._read, name="cage", daemon=True).start()
        self._send({"warm": _WARM})

    @property
    def alive(self) -> bool:
        """Whether it can take a task, from this very process."""
        return self._process.poll() is None and self._owner == os.getpid()

    def ask(self, order: Mapping[str, Any], seconds: float, progress: Progress) -> dict[str, Any]:
        """The last thing the task says; {} when it died, {"time": True} at the deadline."""
        deadline = time.monotonic() + seconds + _GRACE
        self._send(order)
        answer: dict[str, Any] = {}
        shown = (0.0, "")
        while time.monotonic() < deadline:
            try:
                line = self._lines.get(timeout=_POLL)
            except queue.Empty:
                if shown[1]:
                    progress(*shown)
                continue
            if not line.startswith(b"+"):
                return _ended(line, answer)
            said = _read_answer(line[1:])
            if "progress" in said:
                shown = (float(said["progress"][0]), str(said["progress"][1]))
                progress(*shown)
            else:
                answer = said
        self.end()
        return {"time": True}

    def end(self) -> None:
        """Kill it with all it started."""
        if self._owner != os.getpid():
            return
        kill_family(self._process)
        if self._process.stdin:
            self._process.stdin.close()

    def _send(self, order: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._lines.put(b"")  # it died: said by ``ask``

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            while line := stdout.readline(LONGEST + 2):
                self._lines.put(line)
        self._lines.put(b"")


def _read_answer(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {"bug": "what it said is no JSON"}
    return said if isinstance(said, dict) else {"bug": "what it said is no object"}


def _ended(line: bytes, answer: dict[str, Any]) -> dict[str, Any]:
    """What the end of a task means: by itself, by its alarm, by the kernel."""
    if hasattr(signal, "SIGALRM") and line == b"-%d\n" % signal.SIGALRM:
        return {"time": True}
    return answer if line in (b"", b"0\n") else {}


_IDLE: queue.SimpleQueue[Keeper] = queue.SimpleQueue()


def take(*, spare: bool = False) -> Keeper:
    """One that waits, else a new one; ``spare``: another gets ready for who comes next."""
    keeper = _waiting() or Keeper()
    if spare and _IDLE.empty():
        _IDLE.put(Keeper())
    return keeper


def _waiting() -> Keeper | None:
    while True:
        try:
            keeper = _IDLE.get_nowait()
        except queue.Empty:
            return None
        if keeper.alive:
            return keeper
        keeper.end()


def give_back(keeper: Keeper) -> None:
    """Let it wait for the next task, unless enough of them wait."""
    if keeper.alive and _IDLE.qsize() < MOST_IDLE:
        _IDLE.put(keeper)
    else:
        keeper.end()


@atexit.register
def close() -> None:
    """End all that wait."""
    while not _IDLE.empty():
        _IDLE.get().end()
