"""Work on the machines of a Dask cluster, whose scheduler ``MLL_CLUSTER`` names.

What workers answer is unpickled here, and what is sent is unpickled there: whoever reaches the
scheduler can run programs on all of them, so it has to be the person's own.
"""

import os
import threading
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any
from weakref import WeakKeyDictionary

from mll_core.domain.errors import ClusterLost
from mll_core.infra.model_store import libraries

ANSWER = 10.0
"""Seconds in which the scheduler has to answer."""
LOOK = 0.05
TRIES = 2
EXTRA = "pip install 'mll-workbench[dask]'"


def address() -> str:
    """Where the scheduler listens, such as tcp://10.0.0.5:8786; empty: work stays here."""
    return os.environ.get("MLL_CLUSTER", "").strip()


def cores() -> int:
    """Cores of all workers. Raises ClusterLost."""
    client = _client(address())
    _still_there(client)
    try:
        return max(1, int(sum(client.nthreads().values())))
    except OSError as error:
        raise _gone() from error


def call(work: Callable[[], Any], ending: Callable[[], bool]) -> Any:
    """What ``work``, a partial, comes to on a worker; its large arguments are sent once.

    A worker that dies gives its work to another. Raises what the work raises, ClusterLost, and
    TimeoutError once ``ending`` says so.
    """
    from distributed import CancelledError, KilledWorker

    assert isinstance(work, partial)
    client = _client(address())
    for _ in range(TRIES):
        try:
            arguments = [_sent(client, value) for value in work.args]
            future = client.submit(work.func, *arguments, pure=False)
        except OSError as error:  # no answer, or no worker that takes what is sent
            raise _gone() from error
        while not future.done():
            if ending():
                future.cancel()
                raise TimeoutError
            _still_there(client)
            time.sleep(LOOK)
        try:
            return future.result()
        except (CancelledError, KilledWorker):  # who held it died: it is sent anew
            _forget()
    what = f"The cluster at {address()} lost the workers that were at work."
    raise ClusterLost(what, hint="See that its workers run and have memory, then go on.")


_LOCK = threading.Lock()
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
    _client.cache_clear()
    _forget()
    what = f"The Dask scheduler at {address()}, or every worker of it, is gone."
    return ClusterLost(what, hint="Start it again, then go on: what was finished is kept.")
