"""Watches whether a program speaks to anybody but this machine."""

import ipaddress
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

SILENCED = ("MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK", "CI", "PYTEST_CURRENT_TEST")
"""With any of these set, libraries are quiet by themselves; the workbench must see to it."""


@dataclass
class Outside:
    """A trap for whoever asks the way out, and the addresses that processes were seen to speak to.

    A library that sends something home goes through the proxy of its environment: that is the trap.
    """

    trap: socket.socket
    caught: list[bytes] = field(default_factory=list)
    spoken_to: set[str] = field(default_factory=set)
    looks: int = 0

    def environment(self) -> dict[str, str]:
        """What the watched program must be started with."""
        way = f"http://127.0.0.1:{self.trap.getsockname()[1]}"
        proxies = {name: way for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")}
        proxies |= {name.lower(): value for name, value in proxies.items()}
        kept = {name: value for name, value in os.environ.items() if name not in SILENCED}
        return {**kept, **proxies, "NO_PROXY": "localhost,127.0.0.1,::1"}

    def catch(self) -> None:
        """Note what comes into the trap, until it is shut."""
        while True:
            try:
                line, _ = self.trap.accept()
            except OSError:
                return
            with line:
                line.settimeout(2)
                self.caught.append(line.recv(200))

    def look(self, pid: int) -> None:
        """Note whom a process and its children speak to now."""
        try:
            first = psutil.Process(pid)
            family = [first, *first.children(recursive=True)]
        except psutil.Error:
            return
        for one in family:
            try:
                found = one.net_connections("inet")
            except psutil.Error:  # it ended in this moment
                continue
            self.looks += 1
            there = {line.raddr.ip for line in found if line.raddr}
            self.spoken_to |= {ip for ip in there if not _is_here(ip)}


@contextmanager
def watched(outside: Outside, pid: int) -> Iterator[None]:
    """Look at a process twice a second."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.5):
            outside.look(pid)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield
    finally:
        done.set()
        looking.join()


@contextmanager
def nobody() -> Iterator[Outside]:
    """Fails when anybody outside was spoken to."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        outside = Outside(trap)
        catching = threading.Thread(target=outside.catch, daemon=True)
        catching.start()
        yield outside
    assert outside.looks > 0
    assert not outside.caught, outside.caught
    assert not outside.spoken_to, outside.spoken_to


def _is_here(ip: str) -> bool:
    address = ipaddress.ip_address(ip)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
