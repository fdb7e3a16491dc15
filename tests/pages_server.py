"""The pages alone, served by the real server process, on a port of their own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

PATIENCE = 60.0


@dataclass
class Pages:
    """Where they are, and what the process wrote."""

    url: str
    port: int
    out: Path
    pid: int = 0

    def raw(self, request: bytes, seconds: float = 10.0) -> bytes:
        """The answer to a request that no client would send, until the line ends; b'' when none."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
            line.sendall(request)
            said = b""
            with suppress(TimeoutError, ConnectionError):
                while part := line.recv(4_000):
                    said += part
            return said


@contextmanager
def pages(home: Path, more: Mapping[str, str] | None = None, host: str = "") -> Iterator[Pages]:
    """The pages of a workspace, until the block ends; ``more`` goes into the environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    out = home.with_suffix(".pages.out")
    command = [sys.executable, "-m", "pages._ui.server", str(home), str(port)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "MLL_ADDRESS": f"http://127.0.0.1:{port}"}
    environment |= more or {}
    with out.open("wb") as log:
        process = subprocess.Popen(
            [*command, host] if host else command, stdout=log, stderr=log, env=environment
        )
    try:
        yield _ready(Pages(f"http://127.0.0.1:{port}", port, out, process.pid), process)
    finally:
        process.terminate()
        process.wait(20)


def _ready(served: Pages, process: "subprocess.Popen[bytes]") -> Pages:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{served.url}/_stcore/health").text == "ok":
                return served
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(served.out.read_text())
