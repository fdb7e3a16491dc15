"""``mll``: the pages, the worker and the scoring service, kept alive together.

What dies is started again; Ctrl-C stops all. Any of the three may be killed alone: projects, jobs
and requests are in the workspace, not in a process.
"""

import http.client
import os
import signal
import subprocess
import sys
import time
import webbrowser
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from mll_core.infra.processes import family, free_port, stop_family
from mll_core.infra.sign_in import SignIn, check_address, sign_in
from mll_core.workspace import Workspace

HOST = "127.0.0.1"
EVERY = ("0.0.0.0", "::")
PATIENCE = 90.0
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)
STEADY = 60.0
"""Seconds of life after which a process counts as healthy again."""


def ui_command(home: Path, port: int, host: str = HOST) -> list[str]:
    """How the pages are started."""
    return [sys.executable, "-m", "pages._ui.server", str(home), str(port), host]


def set_up_lines(home: Path, start: str) -> list[str]:
    """How the first account is made, where people sign in with accounts and there is none yet."""
    workspace = Workspace.open(home)
    if sign_in() is not SignIn.LOCAL or workspace.accounts.exist():
        return []
    token = workspace.setting_up.token()
    return [
        f"Set-up token:     {token} (works once, for a day)",
        f"First account:    {start}/set-up",
    ]


@dataclass
class Charge:
    """One process under supervision."""

    name: str
    command: list[str]
    log: Path
    deaths: int = 0
    started: float = 0.0
    due: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it; what it prints goes to its log."""
        environment = {**os.environ, "MLL_SUPERVISED": "1", "PYTHONUNBUFFERED": "1"}
        with self._log() as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, env=environment, **family()
            )
        self.started = time.monotonic()

    def _log(self) -> BinaryIO:
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            return self.log.open("ab")
        except OSError:  # a disk that is full or read-only stops no process
            return Path(os.devnull).open("ab")

    def look(self) -> str | None:
        """Start it again when it died and its pause is over; what to tell people, if anything."""
        if self.process is None or self.process.poll() is None:
            return None
        moment = time.monotonic()
        if not self.due:
            self.deaths = 1 if moment - self.started > STEADY else self.deaths + 1
            self.due = moment + PAUSES[min(self.deaths, len(PAUSES)) - 1]
            return f"The {self.name} ended (code {self.process.returncode}); starting it again."
        if moment >= self.due:
            self.due = 0.0
            self.start()
        return None


class Supervisor:
    """Runs until Ctrl-C or SIGTERM."""

    def __init__(
        self, home: Path, ui_port: int, api_port: int, *, host: str = HOST, browser: bool
    ) -> None:
        check_address(host)
        self.home = home
        self._start = HOST if host in EVERY else host
        self.ui_port = _port("pages", ui_port)
        self.api_port = _port("scoring service", api_port, self.ui_port)
        self._browser = browser
        self._ending = False
        logs = home / "logs"
        mll = [sys.executable, "-m", "mll_core.cli"]
        at_home = ["--home", str(home)]
        serve = [*mll, "serve", *at_home, "--port", str(self.api_port)]
        self.charges = (
            Charge("pages", ui_command(home, self.ui_port, host), logs / "ui.out"),
            Charge("worker", [*mll, "worker", *at_home], logs / "worker.out"),
            Charge("scoring service", serve, logs / "serve.out"),
        )

    def run(self) -> int:
        """Start all, tell the addresses, keep all alive; the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        os.environ["MLL_API_PORT"] = str(self.api_port)
        for charge in self.charges:
            charge.start()
        try:
            self._demo()
            self._wait_until_ready()
            self._tell()
            while not self._ending:
                self._watch()
                time.sleep(0.3)
        finally:
            for charge in self.charges:
                if charge.process is not None:
                    stop_family(charge.process)
        print("Stopped. Nothing is lost.", flush=True)
        return 0

    def _end(self, *_: object) -> None:
        self._ending = True

    def _watch(self) -> None:
        for charge in self.charges:
            if said := charge.look():
                print(said, flush=True)

    def _demo(self) -> None:
        """Build the demo project the first time, unless MLL_DEMO=0."""
        if os.environ.get("MLL_DEMO") == "0" or Workspace.open(self.home).projects():
            return
        print("Building the demo project, once; it takes about a minute.", flush=True)
        build = [sys.executable, "-m", "mll_core.demo", str(self.home)]
        demo = subprocess.Popen(build, **family())
        try:
            while demo.poll() is None and not self._ending:
                self._watch()
                time.sleep(0.2)
        finally:
            stop_family(demo)
        if demo.returncode and not self._ending:
            print("The demo project could not be built; the workbench works without it.")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        pages = (self._start, self.ui_port, "/_stcore/health")
        for place in (pages, (HOST, self.api_port, "/health")):
            while not self._ending and time.monotonic() < deadline and not _answers(*place):
                self._watch()
                time.sleep(0.2)

    def _tell(self) -> None:
        if self._ending:
            return
        projects = Workspace.open(self.home).projects()
        start = f"http://{self._start}:{self.ui_port}"
        shown = f"{start}/story?project={projects[-1].slug}" if projects else start
        print(f"Workbench:        {shown}")
        print(f"Scoring service:  http://{HOST}:{self.api_port}/docs")
        print(f"Workspace folder: {self.home}")
        for line in set_up_lines(self.home, start):
            print(line)
        print("Press Ctrl-C to stop.", flush=True)
        if self._browser:
            webbrowser.open(shown)


def _port(what: str, wanted: int, *taken: int) -> int:
    port = free_port(wanted, HOST, taken)
    if port != wanted:
        print(f"Port {wanted} is taken: the {what} use {port} instead.", flush=True)
    return port


def _answers(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
