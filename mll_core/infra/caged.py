"""The inside of a cage: one task per forked child, behind limits of the kernel.

Started as ``python -m mll_core.infra.caged``. What it imported is ready for every task, so that a
task costs a fork, not a start of Python; where there is no safe fork it does one task and ends.
Tasks come as JSON lines on the standard input; answers go to a descriptor of its own, for nothing
that a library prints may look like an answer.
"""

import ctypes
import importlib
import json
import os
import signal
import struct
import sys
import sysconfig
import tempfile
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from mll_core.domain.connector import Progress
from mll_core.domain.errors import MllError
from mll_core.infra import seccomp
from mll_core.infra.processes import die_with_parent

LONGEST = 8 << 20
"""Bytes of one answer."""
_FORKS = sys.platform == "linux"
_SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/localtime",
    "/etc/ld.so.cache",
    "/proc/self",
    "/proc/meminfo",
    "/proc/cpuinfo",
    "/proc/stat",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
    "/dev/urandom",
)
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # Landlock's system calls, alike on every machine
_READ_FILE, _READ_FOLDER = 0b101, 0b1101
_WRITE = 0b10 | 1 << 14
_LIST = 0b1000
_ABI_TRUNCATE, _ABI_NETWORK, _ABI_SCOPE = 3, 4, 6


def serve() -> None:
    """Do tasks until the standard input ends."""
    answers = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    for line in sys.stdin.buffer:
        task = json.loads(line)
        for module in task["warm"]:
            importlib.import_module(module)
        if "call" not in task:
            continue
        if _FORKS:
            _in_a_child(task, answers)
        else:
            with os.fdopen(answers, "wb") as out:
                _perform(task, out)
            return


def _in_a_child(task: dict[str, Any], answers: int) -> None:
    """Fork, hand on what the child says, then how it ended; the child cannot speak for us."""
    inside, outside = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            die_with_parent()
            os.close(answers)
            os.close(inside)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            with os.fdopen(outside, "wb") as out:
                _perform(task, out)
        finally:
            os._exit(0)
    os.close(outside)
    with os.fdopen(inside, "rb") as said:
        while line := said.readline(LONGEST):
            _write(answers, b"+" + line.rstrip(b"\n") + b"\n")
    _, status = os.waitpid(child, 0)
    _write(answers, b"%d\n" % os.waitstatus_to_exitcode(status))


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _perform(task: dict[str, Any], out: IO[bytes]) -> None:
    """One task, confined; exactly one answer, after any number of sentences of progress."""
    direct = b"" if _FORKS else b"+"

    def say(**answer: Any) -> None:
        out.write(direct + json.dumps(answer, default=str).encode() + b"\n")
        out.flush()

    def progress(share: float, message: str) -> None:
        say(progress=[share, message])

    try:
        values = {**task["values"], **_opened(task)}
        _limit(task)
        if task["confine"]:
            confine(task["readable"], [*task["writable"], task["work"]])
            seccomp.shut(writing=task["writes"])
        module, _, name = task["call"].partition(":")
        function = getattr(importlib.import_module(module), name)
        say(result=function(**values, progress=progress))
    except MllError as error:
        say(refused=[type(error).__name__, str(error), error.hint])
    except MemoryError:
        say(memory=True)
    except BaseException:
        say(bug=traceback.format_exc()[-4000:])


def _opened(task: dict[str, Any]) -> dict[str, Any]:
    """Descriptors of what is opened before the walls close, so that a task needs no path.

    What is read is a name made for this task; it is gone when the task begins.
    """
    found = {}
    if task["unnamed"]:
        found["source"] = os.open(task["unnamed"], os.O_RDONLY)
        os.unlink(task["unnamed"])
    if task["into"]:
        found["into"] = os.open(task["into"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return found


def works(*, progress: Progress) -> bool:
    """A task that shows whether the engine runs in here."""
    from mll_core.infra import warehouse

    return warehouse.connect().execute("SELECT 1").fetchall() == [(1,)]


def walls(*, progress: Progress) -> list[str]:
    """A task that tries what a cage should refuse; what it was refused."""
    import socket

    tries: dict[str, Callable[[], object]] = {
        "other files": lambda: Path("/etc/passwd").read_bytes(),
        "the network": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        "new programs": lambda: os.execv("/bin/true", ["true"]),
    }
    shut = []
    for what, attempt in tries.items():
        try:
            attempt()
        except PermissionError:
            shut.append(what)
        except OSError:
            continue  # it is not there to be tried, as on Windows
    return shut


def landlock() -> int:
    """The version of Landlock that this kernel has; 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE, None, 0, 1)))


def _limit(task: dict[str, Any]) -> None:
    """Hold this process to its memory, time and disk; its environment is emptied."""
    os.environ.clear()
    os.environ |= {"TMPDIR": task["work"], "HOME": task["work"], "OMP_NUM_THREADS": "1"}
    tempfile.tempdir = None
    os.chdir(task["work"])
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # it ends us, whatever the code is doing
        signal.setitimer(signal.ITIMER_REAL, task["seconds"])
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (task["memory"], task["memory"]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (task["written"], task["written"]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def confine(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """Shut off all files but these, the network and the signals by Landlock, for good.

    False where the kernel has none: then only the limits hold.
    """
    if sys.platform != "linux":
        return False
    kernel, abi = ctypes.CDLL(None, use_errno=True), landlock()
    if abi < 1:
        return False
    files = (1 << 13) - 1
    files |= (1 << 13 if abi > 1 else 0) | (1 << 14 if abi >= _ABI_TRUNCATE else 0)
    network = 0b11 if abi >= _ABI_NETWORK else 0
    scoped = 0b11 if abi >= _ABI_SCOPE else 0
    wanted = struct.pack("QQQ", files, network, scoped)
    size = 24 if abi >= _ABI_SCOPE else 16 if abi >= _ABI_NETWORK else 8
    rules = kernel.syscall(_CREATE, wanted, size, 0)
    if rules < 0:
        return False
    for path in {*_SYSTEM, *_python(), *readable}:
        _allow(kernel, rules, path, _READ_FOLDER)
    for path in writable:
        _allow(kernel, rules, path, files & ~1)
    for path in _searched([*readable, *writable]):
        _allow(kernel, rules, path, _LIST)
    _allow(kernel, rules, os.devnull, 0b110)
    kernel.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS, without which the next is refused
    held = kernel.syscall(_RESTRICT, rules, 0)
    os.close(rules)
    return bool(held == 0)


def _python() -> Iterable[str]:
    """Python, its libraries and this package; not what else lies beside it in a source folder."""
    paths = sysconfig.get_paths()
    package = Path(__file__).parents[1]
    found = {*sys.path, sys.prefix, sys.base_prefix, paths["stdlib"]} - {"", "/"}
    beside = {path for path in found if Path(path).resolve() == package.parent}
    kept = found - beside if (package.parent / "pyproject.toml").exists() else found
    return {*kept, str(package)}


def _searched(paths: Iterable[str]) -> Iterable[str]:
    """Folders whose names the engine looks through for a path with ``*``, ``?`` or ``[`` in it."""
    for path in map(Path, paths):
        for part in (path, *path.parents):
            if set(part.name) & set("*?["):
                yield str(part.parent)


def _allow(kernel: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no leave
    if not os.path.isdir(path):
        access &= _READ_FILE | _WRITE
    kernel.syscall(_ADD, rules, 1, struct.pack("=Qi", access, descriptor), 0)
    os.close(descriptor)


if __name__ == "__main__":
    serve()
