import socket
import subprocess
import sys
import time

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


def test_a_process_that_does_not_listen_is_killed() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", DEAF], start_new_session=True, stdout=subprocess.PIPE
    )
    assert child.stdout
    child.stdout.readline()
    started = time.monotonic()
    processes.stop_group(child, patience=0.3)
    assert child.returncode == -9
    assert time.monotonic() - started < 5
    child.stdout.close()
