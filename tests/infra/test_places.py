import threading
import time
from collections.abc import Callable

import pytest

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import NoRoom, Stopped
from mll_core.infra.places import Places


def held(places: Places, asker: str, over: threading.Event) -> threading.Thread:
    inside = threading.Event()

    def work() -> None:
        with places.one(asker, quiet):
            inside.set()
            over.wait(5)

    thread = threading.Thread(target=work)
    thread.start()
    assert inside.wait(5)
    return thread


def waited(places: Places, asker: str, progress: Progress = quiet) -> Callable[[], None]:
    def attempt() -> None:
        with places.one(asker, progress):
            pass

    return attempt


def test_one_who_asks_again_waits_and_others_do_not() -> None:
    places, over = Places(patience=0.2), threading.Event()
    thread = held(places, "eve", over)
    waited(places, "ana")()
    with pytest.raises(NoRoom, match="busy"):
        waited(places, "eve")()
    over.set()
    thread.join()
    waited(places, "eve")()


def test_long_work_leaves_a_place_for_a_question() -> None:
    places, over = Places(places=3, long=2), threading.Event()
    threads = [held(places, "", over) for _ in range(2)]
    waited(places, "ana")()
    told: list[str] = []

    def stop(share: float, message: str) -> None:
        told.append(message)
        raise Stopped("Stopped.", hint="Start again.")

    with pytest.raises(Stopped):
        waited(places, "", stop)()
    assert "Waiting" in told[0]
    over.set()
    for thread in threads:
        thread.join()
    start = time.monotonic()
    waited(places, "")()
    assert time.monotonic() - start < 1
