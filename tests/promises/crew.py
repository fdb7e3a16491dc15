"""Processes to be killed, frozen and lied to: forked from one that has imported all it needs."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
SHIM = Path(__file__).with_name("disk_shim.c")
KILLED = -signal.SIGKILL


class Crew:
    """A process that forks others on request. What a deed returns or raises comes back as JSON."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="mll-crew-"))
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "MLL_TEST": "1"}
        if shim := compiled(self._folder):
            environment["LD_PRELOAD"] = str(shim)
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        self._answers = 0

    def start(self, deed: str, env: dict[str, str] | None = None, **arguments: Any) -> int:
        """Begin a deed in a process of its own; its pid."""
        self._answers += 1
        answer = str(self._folder / f"{self._answers}.json")
        order = {"deed": deed, "arguments": arguments, "env": env or {}, "answer": answer}
        return int(self._ask(order)["pid"])

    def wait(self, pid: int) -> dict[str, Any]:
        """What a deed came to: ``{"died": signal}`` when it was killed."""
        return self._ask({"wait": pid})

    def do(self, deed: str, env: dict[str, str] | None = None, **arguments: Any) -> dict[str, Any]:
        """A deed from begin to end."""
        return self.wait(self.start(deed, env, **arguments))

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # its input ends, and so does it
        shutil.rmtree(self._folder)


def compiled(folder: Path) -> Path | None:
    """The disk shim; None where there is no C compiler or no LD_PRELOAD."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    shim = folder / "disk_shim.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-w", str(SHIM), "-o", str(shim), "-ldl"]
    return shim if subprocess.run(command, check=False).returncode == 0 else None


def disk() -> ctypes.CDLL | None:
    """The shim inside a deed: ``mll_arm(home, how, n, errno)``; None when it is not loaded."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "mll_arm"):
        return None
    library.mll_arm.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_long, ctypes.c_int]
    for name in ("mll_passed", "mll_failed"):
        getattr(library, name).restype = ctypes.c_long
    return library


def serve() -> None:
    """Fork as asked on standard input, until it ends."""
    from promises.deeds import DEEDS

    answers: dict[int, str] = {}
    talk = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a deed prints goes elsewhere
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            pid = order["wait"]
            _, status = os.waitpid(pid, 0)
            path = Path(answers.pop(pid))
            said = {"died": os.waitstatus_to_exitcode(status)}
            if path.exists():
                said = json.loads(path.read_text())
        else:
            pid = os.fork()
            if pid == 0:
                _perform(DEEDS[order["deed"]], order)
            answers[pid] = order["answer"]
            said = {"pid": pid}
        print(json.dumps(said), file=talk, flush=True)


def _perform(deed: Any, order: dict[str, Any]) -> None:
    from mll_core.infra.processes import die_with_parent

    die_with_parent()
    os.environ.update(order["env"])
    try:
        said = deed(**order["arguments"]) or {"done": True}
    except BaseException as error:
        said = {"error": type(error).__name__, "message": str(error)[-500:]}
        said["hint"] = str(getattr(error, "hint", ""))
    if library := disk():
        library.mll_disarm()
    temporary = Path(order["answer"] + ".part")
    temporary.write_text(json.dumps(said))
    temporary.replace(order["answer"])
    os._exit(0)


if __name__ == "__main__":
    serve()
