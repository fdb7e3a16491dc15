"""Work on the machines of a Dask cluster, whose scheduler ``MLL_CLUSTER`` names.

What workers answer is unpickled here, and what is sent is unpickled there: whoever reaches the
scheduler can run programs on all of them, so it has to be the person's own.
"""

import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any
from weakref import WeakKeyDictionary

from mll_core.domain.errors import ClusterLost
from mll_core.infra.model_store import libraries

ANSWER = 10.0
"""Seconds in which the scheduler has to answer."""
LONELY = 30.0
"""Seconds without any worker after which none is waited for."""
LOOK, COUNT = 0.05, 2.0
"""Seconds between two looks at the work, and at the workers."""
TRIES = 2
EXTRA = "pip install 'mll-workbench[dask]'"


def address() -> str:
    """Where the scheduler listens, such as tcp://10.0.0.5:8786; empty: work stays here."""
    return os.environ.get("MLL_CLUSTER", "").strip()


def cores(count: int = 1) -> int:
    """Cores for each of ``count`` fits beside one another, never more than the smallest worker has.

    Raises ClusterLost.
    """
    client = _client(address())
    _still_there(client)
    known = _workers(client).values()
    return max(1, min(min(known, default=1), sum(known) // count))


def begin(work: Sequence[partial[Any]]) -> None:
    """Have the workers begin what will be called for, after what was called for before.

    What is not called for after all is given up by ``forgo``. Raises ClusterLost.
    """
    client = _client(address())
    _BEGUN.extend((one, _submitted(client, one, priority=-1)) for one in work)


def forgo() -> None:
    """Give up what was begun and not called for."""
    while _BEGUN:
        _BEGUN.pop()[1].cancel()


def close() -> None:
    """Leave the cluster, if this process is at one; the next call comes back to it."""
    forgo()
    while _AT:
        _AT.pop().close(ANSWER)
    _client.cache_clear()
    _forget()


def call(work: Callable[[], Any], ending: Callable[[], bool]) -> Any:
    """What ``work``, a partial, comes to on a worker; its large arguments are sent once.

    A worker that dies gives its work to another. Raises what the work raises, ClusterLost, and
    TimeoutError once ``ending`` says so.
    """
    from distributed import CancelledError, KilledWorker

    assert isinstance(work, partial)
    client = _client(address())
    for _ in range(TRIES):
        future = _taken(work) or _submitted(client, work)
        _wait(client, future, ending)
        try:
            return future.result()
        except (CancelledError, KilledWorker):  # who held it died: it is sent anew
            _forget()
    what = f"The cluster at {address()} lost the workers that were at work."
    raise ClusterLost(what, hint="See that its workers run and have memory, then go on.")


def _submitted(client: Any, work: partial[Any], priority: int = 0) -> Any:
    try:
        arguments = [_sent(client, value) for value in work.args]
        return client.submit(work.func, *arguments, pure=False, priority=priority)
    except OSError as error:  # no answer, or no worker that takes what is sent
        raise _gone() from error


def _wait(client: Any, future: Any, ending: Callable[[], bool]) -> None:
    """Raises TimeoutError once ``ending`` says so, ClusterLost when there is nobody to wait for."""
    last = counted = time.monotonic()
    while not future.done():
        if ending():
            future.cancel()
            raise TimeoutError
        _still_there(client)
        now = time.monotonic()
        if now - counted > COUNT:
            counted = now
            last = now if _workers(client) else last
        if now - last > LONELY:
            raise _gone()
        time.sleep(LOOK)


def _taken(work: partial[Any]) -> Any:
    """What was begun of ``work``; None where nothing was."""
    with _LOCK:
        for place, (one, future) in enumerate(_BEGUN):
            if one.func is work.func and one.args == work.args:
                del _BEGUN[place]
                return future
    return None


def _workers(client: Any) -> dict[str, int]:
    """Every worker and its cores."""
    try:
        found: dict[str, int] = client.nthreads()
    except OSError as error:
        raise _gone() from error
    return found


_LOCK = threading.Lock()
_AT: list[Any] = []
"""The client of the cluster that this process is at."""
_BEGUN: list[tuple[partial[Any], Any]] = []
"""What was begun and not called for yet."""
_SENT: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
"""What is at the workers, as long as it is needed here."""


def _sent(client: Any, value: Any) -> Any:
    """A fold by what stands for it at every worker; any other value as it is."""
    if not hasattr(value, "learned"):
        return value
    with _LOCK:
        if value not in _SENT:
            _SENT[value] = client.scatter(value, broadcast=True, hash=False)
        return _SENT[value]


def _forget() -> None:
    with _LOCK:
        _SENT.clear()


@cache
def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        what = "MLL_CLUSTER names a Dask cluster, and Dask is not installed."
        raise ClusterLost(what, hint=f"{EXTRA}, or unset MLL_CLUSTER.") from error
    hint = "Start it with `dask scheduler` and `dask worker`, or unset MLL_CLUSTER."
    try:
        client = Client(address, timeout=ANSWER, set_as_default=False)
        _AT.append(client)
        found = client.run(libraries)
    except ImportError as error:
        what = f"The workers at {address} cannot load the workbench: {error}."
        raise ClusterLost(what, hint="Install the same mll-workbench on each.") from error
    except (OSError, ValueError) as error:
        raise ClusterLost(f"No Dask scheduler answers at {address}.", hint=hint) from error
    if not found:
        raise ClusterLost(f"The scheduler at {address} has no workers.", hint=hint)
    here = libraries()
    for worker, there in found.items():
        if other := {name: v for name, v in there.items() if v != here.get(name)}:
            what = f"The worker {worker} has other versions: {other}, here {here}."
            raise ClusterLost(what, hint="Install the same versions; else results would differ.")
    return client


def _still_there(client: Any) -> None:
    if client.status != "running":
        raise _gone()


def _gone() -> ClusterLost:
    _BEGUN.clear()
    _client.cache_clear()
    _forget()
    what = f"The Dask scheduler at {address()}, or every worker of it, is gone."
    return ClusterLost(what, hint="Start it again, then go on: what was finished is kept.")
