"""The anchor of the event log: its newest line, noted and signed in a file beside the catalog.

A chain of hashes shows every change but one: a tail that is cut off leaves a shorter chain that
fits. The anchor says how far the log went. It is made before the log is, so one that is missing was
taken away; it is signed, so whoever lacks the installation's key cannot note another line; and
only an admin goes on without it, which is a line of the log. What remains is to put back an older
log with the anchor it had then: copies elsewhere (a backup, a mail) show that.
"""

import hmac
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mll_core.infra import files, keys

LOG = logging.getLogger("mll.anchor")
PATIENCE = 1.0
"""Seconds to wait for another writer of the anchor, who may be frozen."""


class Head(NamedTuple):
    """One line of the event log: its number and its hash."""

    number: int
    hash: str


START = Head(0, "0" * 64)
"""What comes before the first line."""


class Anchor:
    """``catalog.anchor``: only ever moves forward, along the chain it has seen before."""

    def __init__(self, home: Path) -> None:
        self.path = home / "catalog.anchor"

    def read(self) -> Head | None:
        """The newest line that was noted; None when there is nothing that was signed here.

        Raises Untrusted when others may read the key.
        """
        try:
            noted = json.loads(self.path.read_bytes())
            head, signature = Head(int(noted["number"]), str(noted["hash"])), noted["signature"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        same = hmac.compare_digest(str(signature).encode(), _signature(head).encode())
        return head if same else None

    def begin(self) -> None:
        """Note that the log begins here, before its first line; one that is there stays."""
        files.write_new(self.path, _text(START), mode=0o644)

    def advance(self, earlier: Head, head: Head, hash_of: Callable[[int], str | None]) -> None:
        """Note ``head``, which came after ``earlier``.

        Left as it is when a newer line is noted, or when the noted line is no longer in the log
        (``hash_of``): then it is the evidence. Not made anew when it is gone: so is that. A disk
        that refuses is logged: the line itself is safe, and the next one moves the anchor.
        """
        try:
            with self._alone():
                noted = self.read()
                if noted is None:
                    LOG.error("%s is gone or not signed here: see mll doctor", self.path.name)
                elif noted.number >= head.number:
                    return
                elif noted in (START, earlier) or hash_of(noted.number) == noted.hash:
                    files.write_text(self.path, _text(head))
                else:
                    LOG.error("line %d of the event log is not the one noted", noted.number)
        except Exception:
            LOG.warning("the anchor stays behind at line %d", head.number, exc_info=True)

    def accept(self, head: Head) -> None:
        """Note ``head`` whatever was noted: an admin said so, in this very line.

        Raises NoRoom, and BlockingIOError while another writer is frozen.
        """
        with self._alone():
            files.write_text(self.path, _text(head))

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


def _text(head: Head) -> str:
    return json.dumps({**head._asdict(), "signature": _signature(head)})


def _signature(head: Head) -> str:
    return keys.of_log([head.number, head.hash])
