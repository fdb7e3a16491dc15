"""Keeps the worker processes of the service alive: a death is seen at once and made good.

Each worker has a line of its own to the parent. On it the worker says that it began and that it
still lives; the parent says that it should end. A line that is cut says that the other is gone.
"""

import logging
import multiprocessing
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType

import uvicorn

from mll_core.domain.errors import NotReady
from mll_core.infra.processes import die_with_parent

LOG = logging.getLogger("mll.service")
PAUSES = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before the next start, by how many deaths came one soon after the other."""
STEADY = 30.0
"""Seconds of life after which a death counts as the first again."""
HOPELESS = 4
"""Deaths after which it is given up when no worker has ever begun."""
BEAT, SILENT = 2.0, 60.0
"""Seconds between signs of life, and without one until a worker that began counts as frozen."""
LOOK = 0.25
END, ALIVE = b"end", b"alive"
SPAWN = multiprocessing.get_context("spawn")


@dataclass
class _Worker:
    """One process, and what it said."""

    process: SpawnProcess
    link: Connection
    started: float
    begun: bool = False
    silence: float = 0.0
    """Seconds since its last sign of life."""

    def listen(self, seconds: float) -> None:
        """Take in what it said in the last ``seconds``."""
        self.silence += seconds
        with suppress(EOFError, OSError):
            while self.link.poll():
                self.link.recv_bytes()
                self.begun, self.silence = True, 0.0

    def is_over(self) -> bool:
        """Whether it is dead, or frozen."""
        return not self.process.is_alive() or (self.begun and self.silence > SILENT)

    def ask_to_end(self) -> None:
        """Let it finish its answers; one that has not begun has none."""
        if not self.begun:
            self.process.kill()
            return
        with suppress(OSError):
            self.link.send_bytes(END)

    def bury(self) -> None:
        """End it if it lives, and let go of what is left of it."""
        self.process.kill()
        self.process.join()
        self.link.close()


class Workers:
    """``config.workers`` processes that answer on one socket, until SIGTERM or Ctrl-C."""

    def __init__(self, config: uvicorn.Config, door: socket.socket) -> None:
        self._config, self._door = config, door
        self._crew: list[_Worker] = []
        self._due: list[float] = []
        self._deaths = 0
        self._begun = False
        self._ending = False

    def run(self) -> None:
        """Keep them alive. Raises NotReady when none ever begins."""
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if number := getattr(signal, name, None):
                signal.signal(number, self._end)
        self._due = [0.0] * self._config.workers
        try:
            while not self._ending:
                self._start_due()
                self._look()
        finally:
            self._stop()

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _start_due(self) -> None:
        now = time.monotonic()
        late = [at for at in self._due if at <= now]
        self._due = [at for at in self._due if at > now]
        for _ in late:
            ours, its = SPAWN.Pipe()
            process = SPAWN.Process(target=_work, args=(self._config, self._door, its))
            process.start()
            its.close()
            self._crew.append(_Worker(process, ours, now))

    def _look(self) -> None:
        """Wait for a death or a sign of life, and see to it."""
        lines = [thing for one in self._crew for thing in (one.process.sentinel, one.link)]
        before = time.monotonic()
        wait(lines, LOOK) if lines else time.sleep(LOOK)
        took = min(time.monotonic() - before, 1.0)  # when all were frozen, no worker is to blame
        for worker in tuple(self._crew):
            worker.listen(took)
            self._begun |= worker.begun
            if worker.is_over():
                self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        worker.bury()
        self._crew.remove(worker)
        now = time.monotonic()
        self._deaths = 1 if now - worker.started > STEADY else self._deaths + 1
        if self._ending:
            return
        if self._deaths >= HOPELESS and not self._begun:
            what = "The workers of the scoring service end before they begin."
            raise NotReady(what, hint="Why is said above, or in the log; mll doctor may tell more.")
        self._due.append(now + PAUSES[min(self._deaths, len(PAUSES)) - 1])
        LOG.warning("worker %s ended (code %s)", worker.process.pid, worker.process.exitcode)

    def _stop(self) -> None:
        for worker in self._crew:
            worker.ask_to_end()
        # Theirs to finish answers, and a little more to write what is queued for the logs.
        deadline = time.monotonic() + 1.5 * (self._config.timeout_graceful_shutdown or 0)
        for worker in self._crew:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            worker.bury()
        self._crew.clear()


def _work(config: uvicorn.Config, door: socket.socket, link: Connection) -> None:
    """One worker process, from its first moment to its last."""
    die_with_parent(at_once=False)  # or it would keep the port of a service that was killed
    config.configure_logging()
    server = uvicorn.Server(config)
    threading.Thread(target=_hear, args=(link, server), daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.run([door])


def _hear(link: Connection, server: uvicorn.Server) -> None:
    """Say that it lives; end the server when the parent asks for it, or is gone."""
    with suppress(OSError, EOFError):
        while not link.poll(BEAT if server.started else LOOK):
            if server.started:
                link.send_bytes(ALIVE)
    server.should_exit = True
