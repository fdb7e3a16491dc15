"""How many cages work at once, so that nobody waits long for a quick answer."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mll_core.domain.connector import Progress
from mll_core.domain.errors import NoRoom

ALL = 4
LONG = 3
"""Places that long work may take: one is always left for a question."""
PATIENCE = 35.0
"""Seconds that a question waits for a place: a little more than one may take."""
_POLL = 0.5


class Places:
    """The cages of this process. Each asker has one question at work, long work waits its turn."""

    def __init__(self, places: int = ALL, long: int = LONG, patience: float = PATIENCE) -> None:
        self._places, self._most_long, self._patience = places, long, patience
        self._changed = threading.Condition()
        self._askers: list[str] = []

    @contextmanager
    def one(self, asker: str, progress: Progress) -> Iterator[None]:
        """A place for ``asker``; "" is long work, which waits until it has one or is stopped.

        Raises NoRoom when a question has waited for its patience.
        """
        deadline = time.monotonic() + self._patience
        with self._changed:
            while not self._free(asker):
                self._changed.wait(_POLL)
                if not asker:
                    progress(0.0, "Waiting until other files are read")
                elif time.monotonic() > deadline:
                    what = "The console is busy with other questions."
                    raise NoRoom(what, hint="Ask again in half a minute.")
            self._askers.append(asker)
        try:
            yield
        finally:
            with self._changed:
                self._askers.remove(asker)
                self._changed.notify_all()

    def _free(self, asker: str) -> bool:
        if len(self._askers) >= self._places:
            return False
        taken = self._askers.count(asker)
        return taken < (1 if asker else self._most_long)


PLACES = Places()
