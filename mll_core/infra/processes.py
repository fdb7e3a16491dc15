"""Processes and ports, as the operating system knows them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable

from mll_core.domain.errors import NoRoom

TRIES = 50


def die_with_parent(how: int = signal.SIGKILL) -> None:
    """On Linux, end this process when the one that started it dies; elsewhere nothing happens."""
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(set_death_signal, how)


def free_port(wanted: int, host: str = "127.0.0.1", taken: Iterable[int] = ()) -> int:
    """``wanted``, or the next port above it that nobody listens on. Raises NoRoom."""
    for port in range(wanted, wanted + TRIES):
        if port not in taken and is_free(port, host):
            return port
    hint = "Give another with --ui-port or --api-port."
    raise NoRoom(f"The ports {wanted} to {wanted + TRIES - 1} are all taken.", hint=hint)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether nobody listens on a port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def stop_group(process: subprocess.Popen[bytes], patience: float = 8.0) -> None:
    """End a process and all it started: asked first, killed when it does not listen."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
    _signal(process, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)
    except ProcessLookupError:
        return  # it is gone already, which is what was wanted
