"""A cage for what may crash or explode: other people's files, and a model's first use.

A task is a named function over plain values, run in a process that has no secrets, reads and
writes only what it is given (Landlock, where the kernel has it), and is killed at its deadline or
when a person presses Stop. Its crash is an error here, never the end of this process.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from mll_core.domain import errors
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import MllError
from mll_core.infra import keeper
from mll_core.infra.caged import landlock
from mll_core.infra.files import disk_errors
from mll_core.infra.places import PLACES

LOG = logging.getLogger("mll.cage")
close = keeper.close
"""End the cages that wait."""
GIGABYTE = 1 << 30
_LEAST = 4 * GIGABYTE
_SHARE = 0.5


def memory() -> int:
    """Bytes of address space that a task is given: half of the machine's memory, at least 4 GB."""
    return max(_LEAST, int(psutil.virtual_memory().total * _SHARE))


def walls() -> str:
    """What a cage refuses on this machine, found out by trying, in a sentence."""
    try:
        shut = run(Task("mll_core.infra.caged:walls", {}), Limits(seconds=60))
    except Broken as broken:
        return f"no cage can be tried here: {broken.why}"
    held = f"shut off: {', '.join(shut)}" if shut else "only limits on memory, time and files hold"
    return f"{held} (Landlock {landlock() or 'none'})"


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

    ``warm``: modules of ours that take long to import; the next task finds them there. ``unnamed``
    is opened, then its name removed: the task gets the descriptor ``source``, and no path that
    tells where it is. ``into`` is made anew for the descriptor ``into``.
    """

    call: str
    values: Mapping[str, Any]
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    warm: tuple[str, ...] = ()
    unnamed: Path | None = None
    into: Path | None = None
    writes: bool = True
    """Whether it may open files to write at all."""
    asker: str = ""
    """Who waits for a quick answer; "" for long work."""


def run(task: Task, limits: Limits = Limits(), progress: Progress = quiet) -> Any:
    """What the function returned. Raises the MllError it raised, Broken, what ``progress`` raises.

    ``progress`` is also called while the function is silent, so that Stop works at any time.
    Raises NoRoom when all cages are taken by other people's questions.
    """
    with PLACES.one(task.asker, progress):
        return _told(task, _answer(task, limits, progress))


def _answer(task: Task, limits: Limits, progress: Progress) -> dict[str, Any]:
    place = task.writable[0] if task.writable else None
    with disk_errors(place or Path()):
        folder = TemporaryDirectory(prefix="cage-", dir=place, ignore_cleanup_errors=True)
    with folder as work:
        order = _order(task, limits, work, confine=_CAN.confine)
        kept = keeper.take(spare=bool(task.asker))
        try:
            answer = kept.ask(order, limits.seconds, progress)
        except BaseException:
            kept.end()
            raise
        keeper.give_back(kept)
    return answer


def _order(task: Task, limits: Limits, work: str, *, confine: bool) -> dict[str, Any]:
    return {
        "call": task.call,
        "warm": task.warm,
        "values": dict(task.values),
        "readable": [str(path.absolute()) for path in task.readable],
        "writable": [str(path.absolute()) for path in task.writable],
        "unnamed": str(task.unnamed.absolute()) if task.unnamed else None,
        "into": str(task.into.absolute()) if task.into else None,
        "writes": task.writes,
        "work": work,
        "memory": limits.memory,
        "seconds": limits.seconds,
        "written": limits.written,
        "confine": confine,
    }


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
        task, limits = Task("mll_core.infra.caged:works", {}), Limits(seconds=60)
        with TemporaryDirectory(prefix="cage-") as work:
            kept = keeper.take()
            answer = kept.ask(_order(task, limits, work, confine=True), limits.seconds, quiet)
            keeper.give_back(kept)
        if answer.get("result") is not True:
            LOG.warning("cages are without Landlock: %s", answer or "the engine died")
        return answer.get("result") is True


_CAN = _Can()
