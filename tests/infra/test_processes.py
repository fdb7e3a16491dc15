import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from mll_core.domain.errors import NoRoom
from mll_core.infra import processes

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(1, flush=True)
time.sleep(60)
"""


def test_a_taken_port_gives_the_next() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not processes.is_free(port)
        assert processes.free_port(port) > port


def test_no_free_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "TRIES", 0)
    with pytest.raises(NoRoom):
        processes.free_port(8501)


FAMILY = """
import subprocess, sys, time
leaver = [sys.executable, "-c", "import time; time.sleep(60)"]
print(subprocess.Popen(leaver, start_new_session=True).pid, flush=True)
time.sleep(60)
"""
ORPHAN = r'''
import subprocess, sys, time
code = """from mll_core.infra.processes import die_with_parent
import time
die_with_parent()
print(1, flush=True)
time.sleep(60)"""
child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
'''
both_ways = pytest.mark.parametrize("portable", ["0", "1"], ids=["posix", "fallback"])


@contextmanager
def running(code: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process that says a number, and the number."""
    command = [sys.executable, "-c", code]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, **processes.family())
    assert child.stdout
    try:
        yield child, int(child.stdout.readline())
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def gone(pid: int, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


@both_ways
def test_a_process_that_does_not_listen_is_killed(
    portable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLL_PORTABLE", portable)
    with running(DEAF) as (child, _):
        started = time.monotonic()
        processes.stop_family(child, patience=0.3)
        assert child.returncode == -9
        assert time.monotonic() - started < 5


@both_ways
def test_what_left_the_group_of_a_family_is_ended_with_it(
    portable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLL_PORTABLE", portable)
    with running(FAMILY) as (child, leaver):
        assert psutil.Process(leaver) in processes.members(child.pid)
        processes.kill_family(child)
        assert gone(leaver)


@both_ways
def test_a_family_whose_first_is_dead_already_is_ended_by_who_was_seen(
    portable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLL_PORTABLE", portable)
    with running(FAMILY) as (child, leaver):
        seen = processes.members(child.pid)
        child.kill()
        child.wait()
        assert not processes.members(child.pid)
        processes.kill_family(child, seen)
        assert gone(leaver)


@both_ways
def test_a_frozen_process_is_ended(portable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLL_PORTABLE", portable)
    with running("import time; print(1, flush=True); time.sleep(60)") as (child, _):
        psutil.Process(child.pid).suspend()
        processes.stop_family(child, patience=0.2)
        assert child.returncode < 0


@both_ways
def test_a_child_ends_when_its_parent_is_killed(
    portable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLL_PORTABLE", portable)
    with running(ORPHAN) as (parent, child):
        parent.kill()
        assert gone(child)


@both_ways
def test_a_nice_process_gives_way(portable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLL_PORTABLE", portable)
    say = "import psutil; print(psutil.Process().nice(), flush=True)"
    code = f"from mll_core.infra.processes import be_nice as b; b(); {say}"
    with running(code) as (_, nice):
        assert nice == processes.LOWER
