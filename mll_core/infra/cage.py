"""A cage for what may crash or explode: other people's files, and a model's first use.

A task is a named function over plain values, run in a process that has no secrets, reads and
writes only what it is given (Landlock, where the kernel has it), and is killed at its deadline or
when a person presses Stop. Its crash is an error here, never the end of this process.
"""

import atexit
import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from mll_core.domain import errors
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import MllError
from mll_core.infra.caged import LONGEST
from mll_core.infra.files import disk_errors
from mll_core.infra.processes import family, kill_family

LOG = logging.getLogger("mll.cage")
ROOT_PATHS = (str(Path(__file__).parents[2]),)
"""Where the modules of tasks are."""
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "TEMP", "TMPDIR")
_POLL = 0.5
_WARM = ("mll_core.infra.reader",)
GIGABYTE = 1 << 30
_LEAST = 4 * GIGABYTE
_SHARE = 0.5


def memory() -> int:
    """Bytes of address space that a task is given: half of the machine's memory, at least 4 GB."""
    return max(_LEAST, int(psutil.virtual_memory().total * _SHARE))


class Broken(Exception):
    """A task that gave no answer; ``why``: crash, time, memory or bug."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Limits:
    """What a task may take: address space and file size in bytes, wall-clock seconds."""

    memory: int = 4 * GIGABYTE
    seconds: float = 3600.0
    written: int = 4 * GIGABYTE


@dataclass(frozen=True)
class Task:
    """``call`` is ``module:function``; it gets ``values`` (JSON) and ``progress``, returns JSON.

    ``warm``: modules of ours that take long to import; the next task finds them there.
    """

    call: str
    values: Mapping[str, Any]
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    warm: tuple[str, ...] = ()


def run(task: Task, limits: Limits = Limits(), progress: Progress = quiet) -> Any:
    """What the function returned. Raises the MllError it raised, Broken, what ``progress`` raises.

    ``progress`` is also called while the function is silent, so that Stop works at any time.
    """
    place = task.writable[0] if task.writable else None
    with disk_errors(place or Path()):
        folder = TemporaryDirectory(prefix="cage-", dir=place, ignore_cleanup_errors=True)
    with folder as work:
        order = {
            "call": task.call,
            "warm": task.warm,
            "values": dict(task.values),
            "readable": [str(path.absolute()) for path in task.readable],
            "writable": [str(path.absolute()) for path in task.writable],
            "work": work,
            "memory": limits.memory,
            "seconds": limits.seconds,
            "written": limits.written,
            "confine": _CAN.confine,
        }
        keeper = _keeper()
        try:
            answer = keeper.ask(order, limits.seconds, progress)
        except BaseException:
            keeper.end()
            raise
        if keeper.alive:
            _IDLE.put(keeper)
    return _told(task, answer)


def _told(task: Task, answer: Mapping[str, Any]) -> Any:
    if "result" in answer:
        return answer["result"]
    if "refused" in answer:
        name, message, hint = map(str, answer["refused"])
        kind = getattr(errors, name, None)
        known = isinstance(kind, type) and issubclass(kind, MllError)
        raise (kind if known else MllError)(message, hint=hint)  # type: ignore[misc]
    if "bug" in answer:
        LOG.error("%s failed in its cage:\n%s", task.call, answer["bug"])
    raise Broken(next((why for why in ("memory", "time", "bug") if why in answer), "crash"))


class _Keeper:
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
        deadline = time.monotonic() + seconds
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
                return answer if line in (b"", b"0\n") else {}
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


class _Can:
    """What this machine allows, tried once: an engine that dies behind Landlock goes without."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: bool | None = None

    @property
    def confine(self) -> bool:
        """Whether the engine works behind Landlock."""
        with self._lock:
            if self._found is None:
                self._found = True
                self._found = self._try()
        return self._found

    def _try(self) -> bool:
        with TemporaryDirectory(prefix="cage-") as work:
            limits = {"work": work, "memory": 4 * GIGABYTE, "seconds": 60, "written": GIGABYTE}
            given: dict[str, Any] = {
                "warm": (),
                "values": {},
                "readable": [],
                "writable": [],
                "confine": True,
                **limits,
            }
            keeper = _keeper()
            answer = keeper.ask({"call": "mll_core.infra.caged:works", **given}, 60, quiet)
            if keeper.alive:
                _IDLE.put(keeper)
        if answer.get("result") is not True:
            LOG.warning("files are read without Landlock: %s", answer or "the engine died")
        return answer.get("result") is True


_CAN = _Can()
_IDLE: queue.SimpleQueue[_Keeper] = queue.SimpleQueue()


def _keeper() -> _Keeper:
    """One that waits, else a new one."""
    while True:
        try:
            keeper = _IDLE.get_nowait()
        except queue.Empty:
            return _Keeper()
        if keeper.alive:
            return keeper
        keeper.end()


@atexit.register
def close() -> None:
    """End the cages that wait."""
    while not _IDLE.empty():
        _IDLE.get().end()
