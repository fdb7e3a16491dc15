"""Whose a temporary folder is, told by its name: what a killed process left goes at once."""

import hashlib
import os
import shutil
from functools import cache
from pathlib import Path

import psutil

from mll_core.infra.leases import boot

PREFIX = "of"
PARTS = 5


def mark() -> str:
    """The beginning of a name that says which process made it; of no use on another machine."""
    return f"{PREFIX}-{_machine()}-{os.getpid()}-{_began(os.getpid())}-"


def is_dead(name: str) -> bool:
    """Whether the process that ``mark`` named is known to be gone; never of another machine."""
    parts = name.split("-")
    if len(parts) < PARTS or parts[0] != PREFIX or not parts[1] or parts[1] != _machine():
        return False
    return parts[3] != _began(int(parts[2]))


def clear(folder: Path) -> int:
    """Delete the folders in ``folder`` whose process is gone; how many."""
    dead = [path for path in folder.glob(f"{PREFIX}-*") if is_dead(path.name)]
    for path in dead:
        shutil.rmtree(path, ignore_errors=True)
    return len(dead)


@cache
def _machine() -> str:
    """This boot and this space of process numbers; empty where the system names none."""
    space = Path("/proc/self/ns/pid")
    if not boot() or not space.is_symlink():
        return ""
    return hashlib.sha256(f"{boot()} {space.readlink()}".encode()).hexdigest()[:8]


def _began(pid: int) -> str:
    """When a process began; empty when it is gone."""
    try:
        return str(round(psutil.Process(pid).create_time() * 100))
    except psutil.Error:
        return ""
