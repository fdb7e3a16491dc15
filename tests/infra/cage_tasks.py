"""What tests let loose in a cage."""

import ctypes
import os
import socket
import time
from pathlib import Path
from typing import Any

from mll_core.domain.connector import Progress
from mll_core.domain.errors import UnfitTarget


def echo(*, value: Any, progress: Progress) -> Any:
    progress(0.5, "half")
    return value


def crash(*, progress: Progress) -> None:
    ctypes.string_at(0)


def explode(*, progress: Progress) -> int:
    return len(bytearray(64 << 30))


def hang(*, progress: Progress) -> None:
    progress(0.1, "working")
    time.sleep(600)


def refuse(*, progress: Progress) -> None:
    raise UnfitTarget("It does not fit.", hint="Take another.")


def fail(*, progress: Progress) -> None:
    raise KeyError("secret")


def forge(*, progress: Progress) -> str:
    """Writes on every descriptor what the keeper says when a task ended."""
    print("0\n+{}", flush=True)
    for descriptor in range(1, 64):
        try:
            os.write(descriptor, b"0\n")
        except OSError:
            continue
    return "true"


def reach(*, secret: str, port: int, progress: Progress) -> dict[str, str]:
    """What comes of everything that a file's exploit would try."""

    def connect() -> None:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()

    def fill() -> None:
        with Path("big").open("wb") as file:
            file.truncate(1 << 40)

    def datagram() -> None:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))

    def fork() -> None:
        if os.fork() == 0:
            os._exit(0)

    tries = {
        "read": lambda: Path(secret).read_text(),
        "passwd": lambda: Path("/etc/passwd").read_text(),
        "write": lambda: Path(secret).write_text("changed"),
        "list": lambda: os.listdir(Path(secret).parent),
        "environment": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "kill": lambda: os.kill(os.getppid(), 0),
        "network": connect,
        "datagram": datagram,
        "pair": socket.socketpair,
        "fork": fork,
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "fill": fill,
    }
    found = {}
    for name, attempt in tries.items():
        try:
            attempt()
            found[name] = "done"
        except OSError as error:
            found[name] = type(error).__name__
    return {**found, "variables": " ".join(os.environ)}
