"""Fits beside one another, each in a thread of its own, their results in the order asked for."""

import ctypes
import os
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from typing import Any, TypeVar

from mll_core.infra import cluster

LOOK = 0.25
"""Seconds between two looks at the clock and at Stop."""
TOLD, LEAVE = 0.1, 2.0
"""Seconds to end of itself; and then, before it is left behind."""

T = TypeVar("T")
Watch = Callable[[], None]
"""Called while fits are under way; what it raises ends them."""


class Ended(BaseException):  # no error, and nothing that a library may swallow
    """Raised inside a fit that is to end."""


class Lane(threading.Thread):
    """One piece of work; ``ending`` tells it to stop where it looks."""

    ending = False


def cores() -> int:
    """Cores that this process may use: OMP_NUM_THREADS, else all that there are."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    if said.isdigit():
        return max(1, int(said))
    known = getattr(os, "sched_getaffinity", None)
    return len(known(0)) if known else os.cpu_count() or 1


def idle() -> None:
    """A Watch that looks at nothing."""


def each(work: Sequence[Callable[[], T]], lanes: int, watch: Watch) -> Generator[T]:
    """What ``work`` comes to, in its order, so many at a time. Raises what work and watch raise.

    Who asks for no more ends what is under way.
    """
    begun: list[tuple[Future[T], Lane]] = []
    try:
        for place in range(len(work)):
            while len(begun) < len(work) and _busy(begun) < lanes:
                begun.append(_begin(work[len(begun)]))
            future = begun[place][0]
            while not wait([future], LOOK).done:
                watch()
            yield future.result()
    finally:
        _end([thread for _, thread in begun if thread.is_alive()])


def one(work: Callable[[], T], watch: Watch) -> T:
    """What one piece of work comes to. Raises what work and watch raise."""
    with closing(each([work], 1, watch)) as found:
        return next(found)


def afar(work: Callable[[], T]) -> T:
    """What ``work``, a partial, comes to on the cluster; called inside a lane. Raises ClusterLost,
    and what the work raises."""
    lane = threading.current_thread()
    try:
        found: T = cluster.call(work, lambda: getattr(lane, "ending", False))
        return found
    except TimeoutError as error:
        raise Ended from error


def _busy(begun: list[tuple[Future[Any], Lane]]) -> int:
    return sum(not future.done() for future, _ in begun)


def _begin(work: Callable[[], T]) -> tuple[Future[T], Lane]:
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # raised again where the result is asked for
            future.set_exception(error)

    thread = Lane(target=run)
    thread.start()
    return future, thread


def _end(threads: list[Lane]) -> None:
    # A thread cannot be killed. It is told; then an error is raised in it, when it is in Python.
    for thread in threads:
        thread.ending = True
    for thread in threads:
        thread.join(TOLD)
        if thread.is_alive():
            identity = ctypes.c_ulong(thread.ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, ctypes.py_object(Ended))
    for thread in threads:
        thread.join(LEAVE)
