"""A PostgreSQL of our own for tests: made once per run in a temporary folder, thrown away after."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from conftest import need

PLACES = os.pathsep.join([os.environ["PATH"], *map(str, Path("/usr/lib/postgresql").glob("*/bin"))])
INITDB = shutil.which("initdb", path=PLACES)
POSTGRES = shutil.which("postgres", path=PLACES)
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PASSWORD = "s3cr3t-p4ssw0rd"
RULES = """host all locked 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""
FAST = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "unix_socket_directories=")


@dataclass
class Server:
    """One cluster on a port of loopback."""

    folder: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    _names: Iterator[int] = field(default_factory=count)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.port = self.port or _free_port()
        assert POSTGRES
        settings = [word for setting in FAST for word in ("-c", setting)]
        command = [POSTGRES, "-D", str(self.folder / "data"), "-p", str(self.port), *settings]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_us,  # noqa: PLW1509
                **_unprivileged(self.folder),
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def stop(self, how: int = signal.SIGINT) -> None:
        """End it: whoever is connected is cut off."""
        assert self.process
        self.process.send_signal(how)
        self.process.wait(30)

    def run(self, *statements: str) -> None:
        """As its owner, each statement alone."""
        import psycopg

        with psycopg.connect(self.address(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def new(self) -> str:
        """The address of a new, empty schema of its own."""
        name = f"t{next(self._names)}"
        self.run(f"CREATE SCHEMA {name}")
        return f"{self.address()}?options=-csearch_path%3D{name}"

    def address(self, user: str = "mll", database: str = "postgres") -> str:
        """How a database is reached."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def _answers(self) -> bool:
        import psycopg

        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


def _end_with_us() -> None:
    if LIBC:
        LIBC.prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG: also when the tests are killed


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _unprivileged(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it is somebody else's."""
    elsewhere = {"cwd": folder}
    return {**elsewhere, "user": _user(), "extra_groups": []} if os.geteuid() == 0 else elsewhere


def _user() -> str:
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A running server; the test is skipped where there is none."""
    need("postgres", INITDB is not None and POSTGRES is not None)
    assert INITDB
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp("mll-postgres", dir=memory if memory.is_dir() else None))
    if os.geteuid() == 0:
        shutil.chown(folder, _user())
    command = [INITDB, "-D", str(folder / "data"), "-U", "mll", "--auth=trust", "--no-sync"]
    command += ["--encoding=UTF8", "--locale=C"]
    subprocess.run(command, check=True, capture_output=True, **_unprivileged(folder))  # type: ignore[call-overload]
    (folder / "data" / "pg_hba.conf").write_text(RULES)
    server = Server(folder)
    try:
        server.start()
        server.run(f"CREATE ROLE locked LOGIN PASSWORD '{PASSWORD}'")
        yield server
    finally:
        if server.process:
            server.stop()
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgres"])
def catalog(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The catalog of the test is in one and then in the other."""
    monkeypatch.delenv("MLL_DATABASE_URL", raising=False)
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        monkeypatch.setenv("MLL_DATABASE_URL", server.new())
    return str(request.param)
