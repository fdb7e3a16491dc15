"""A MariaDB of our own for tests: made once per run in a temporary folder, thrown away after."""

import ctypes
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import need

PLACES = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"])
SERVER = shutil.which("mariadbd", path=PLACES)
INSTALL = shutil.which("mariadb-install-db", path=PLACES)
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PASSWORD = "s3cr3t-p4ssw0rd"


@dataclass
class Server:
    """One server on a port of loopback."""

    port: int

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """As its owner; the rows of the last statement."""
        import pymysql

        with (
            pymysql.connect(host="127.0.0.1", port=self.port, user="owner", password=PASSWORD) as c,
            c.cursor() as cursor,
        ):
            for statement in statements:
                cursor.execute(statement)
            c.commit()
            return list(cursor.fetchall())


def _end_with_us() -> None:
    if LIBC:
        LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: also when the tests are killed


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """A running server; the test is skipped where there is none."""
    need("mariadb", SERVER is not None and INSTALL is not None)
    assert SERVER
    assert INSTALL
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp("mll-mariadb", dir=memory if memory.is_dir() else None))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    places = [f"--datadir={folder / 'data'}", f"--user={getpass.getuser()}", "--no-defaults"]
    first = folder / "first.sql"
    first.write_text(
        f"CREATE USER owner@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
        "GRANT ALL ON *.* TO owner@'127.0.0.1' WITH GRANT OPTION;\n"
    )
    install = [INSTALL, "--no-defaults", *places[:2], "--skip-test-db"]
    subprocess.run(install, check=True, capture_output=True)
    command = [SERVER, "--no-defaults", *places[:2], f"--port={port}", "--bind-address=127.0.0.1"]
    command += [f"--socket={folder / 's'}", f"--init-file={first}", "--skip-log-bin"]
    command += ["--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            preexec_fn=_end_with_us,  # noqa: PLW1509
        )
    server = Server(port)
    try:
        deadline = time.monotonic() + 60
        while not _answers(server):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        server.run(f"CREATE USER locked@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
        yield server
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def _answers(server: Server) -> bool:
    import pymysql

    try:
        server.run("SELECT 1")
    except pymysql.Error:
        return False
    return True
