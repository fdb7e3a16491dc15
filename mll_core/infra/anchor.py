"""The anchor of the event log: its newest line, noted in a small file beside the catalog.

A chain of hashes shows every change but one: a tail that is cut off leaves a shorter chain that
fits. Whoever cuts the catalog would have to change this file as well; copies of it elsewhere
(a backup, a mail) make the log as strong as the copy.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mll_core.infra import files

LOG = logging.getLogger("mll.anchor")
PATIENCE = 1.0
"""Seconds to wait for another writer of the anchor, who may be frozen."""


class Head(NamedTuple):
    """One line of the event log: its number and its hash."""

    number: int
    hash: str


class Anchor:
    """``catalog.anchor``: only ever moves forward, along the chain it has seen before."""

    def __init__(self, home: Path) -> None:
        self.path = home / "catalog.anchor"

    def read(self) -> Head | None:
        """The newest line that was noted; None when nothing readable is there."""
        try:
            noted = json.loads(self.path.read_bytes())
            return Head(int(noted["number"]), str(noted["hash"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def advance(self, earlier: Head, head: Head, hash_of: Callable[[int], str | None]) -> None:
        """Note ``head``, which came after ``earlier``.

        Left as it is when a newer line is noted, or when the noted line is no longer in the log
        (``hash_of``): then it is the evidence. A disk that refuses is logged: the line itself is
        safe, and the next one moves the anchor.
        """
        try:
            with self._alone():
                noted = self.read()
                if noted is not None and noted.number >= head.number:
                    return
                if noted is None or noted == earlier or hash_of(noted.number) == noted.hash:
                    files.write_text(self.path, json.dumps(head._asdict()))
                else:
                    LOG.error("line %d of the event log is not the one noted", noted.number)
        except Exception:
            LOG.warning("the anchor stays behind at line %d", head.number, exc_info=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes out where the system can; a frozen one is not waited for long."""
        if os.name == "nt":
            yield
            return
        import fcntl

        folder = os.open(self.path.parent, os.O_RDONLY)
        deadline = time.monotonic() + PATIENCE
        try:
            while True:
                try:
                    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.01)
            yield
        finally:
            os.close(folder)
