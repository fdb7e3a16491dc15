"""Processes and ports, as the operating system knows them.

The one place that knows how systems differ. What only POSIX or Linux has is done there; elsewhere,
or where MLL_PORTABLE=1 asks for it, the same is done by what every system has:

| what                | Linux, macOS          | the fallback, as on Windows            |
| ------------------- | --------------------- | -------------------------------------- |
| start a family      | a session of its own  | a process group of its own             |
| ask it to end       | SIGTERM to the group  | Ctrl-Break, or terminate, to its first |
| end it              | SIGKILL to the group  | each descendant by name (psutil)       |
| end with the parent | Linux: a death signal | a thread looks twice a second          |
| be nice             | nice 10               | priority below normal                  |

Descendants that left the group are ended everywhere, by name.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import psutil

from mll_core.domain.errors import NoRoom

TRIES = 50
ROUNDS = 5
"""How often a family that grows while it is being ended is counted again."""
LOOK = 0.5
LOWER = 10


def portable() -> bool:
    """Whether only what every system has may be used."""
    return os.name != "posix" or os.environ.get("MLL_PORTABLE") == "1"


def family() -> dict[str, Any]:
    """What Popen needs, so that a process and all it starts can be ended together."""
    if not portable():
        return {"start_new_session": True}
    group = int(getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0))
    return {"creationflags": group} if group else {}


def ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Ask a family to end. One that does not listen goes on."""
    if process.poll() is not None:
        return
    try:
        if not portable():
            os.killpg(process.pid, signal.SIGTERM)
        elif hasattr(signal, "CTRL_BREAK_EVENT"):
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.terminate()
    except ProcessLookupError:
        return  # it is gone already, which is what was wanted


def kill_family(process: subprocess.Popen[bytes], seen: Iterable[psutil.Process] = ()) -> None:
    """End a process and all it started, at once, also what is frozen or left its group.

    ``seen`` are members seen before: of a process that is dead by now none can be found any more.
    """
    known: set[psutil.Process] = set()
    for turn in range(ROUNDS):
        new = {*members(process.pid), *(seen if turn == 0 else ())} - known
        if not new:
            break
        for member in new:
            _kill(member.kill)
        known |= new
    if not portable():
        _kill(lambda: os.killpg(process.pid, signal.SIGKILL))
    _kill(process.kill)
    process.wait()


def stop_family(process: subprocess.Popen[bytes], patience: float = 8.0) -> None:
    """End a process and all it started: asked first, killed when it does not listen."""
    ask_to_end(process)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        pass
    finally:
        kill_family(process)


def members(pid: int) -> set[psutil.Process]:
    """A process and all it started that still live; none when it is gone."""
    try:
        first = psutil.Process(pid)
        return {first, *first.children(recursive=True)}
    except psutil.Error:
        return set()


def resident(processes: Iterable[psutil.Process]) -> int:
    """Bytes that these hold in memory; those that are gone hold none."""
    total = 0
    for member in processes:
        try:
            total += member.memory_info().rss
        except psutil.Error:  # it ended in this moment
            continue
    return total


def die_with_parent(*, at_once: bool = True) -> None:
    """End this process when the one that started it dies: at once, or as if asked to.

    Where only a thread can look, a call that never lets other threads run delays it.
    """
    if sys.platform == "linux" and not portable():
        import ctypes

        set_death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL if at_once else signal.SIGTERM)
        return
    parent = psutil.Process().parent()
    threading.Thread(target=_outlive_nobody, args=(parent, at_once), daemon=True).start()


def be_nice() -> None:
    """Leave the processor to the pages and the service when they need it."""
    if not portable():
        os.nice(LOWER)
    else:
        psutil.Process().nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", LOWER))


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


def _kill(how: Callable[[], object]) -> None:
    try:
        how()
    except (ProcessLookupError, psutil.NoSuchProcess):
        return  # it is gone already, which is what was wanted
    except PermissionError:
        return  # macOS says so of a group whose members are all dead but not yet buried


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _outlive_nobody(parent: psutil.Process | None, at_once: bool) -> None:
    while parent is not None and _lives(parent):
        time.sleep(LOOK)
    if at_once:
        os._exit(1)
    signal.raise_signal(signal.SIGTERM)
