import subprocess
import sys
import time

import psutil
import pytest

from mll_core.domain.errors import InvalidParameter
from mll_core.infra import processes
from mll_core.infra.limits import Limits, machine_memory


def test_the_job_says_its_limits_else_the_environment_else_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("MLL_JOB_MEMORY_MB", "MLL_JOB_SECONDS"):
        monkeypatch.delenv(name, raising=False)
    default = Limits.of({})
    assert 0 < default.megabytes < machine_memory() / 2**20
    assert default.seconds == 12 * 3600
    monkeypatch.setenv("MLL_JOB_MEMORY_MB", "700")
    monkeypatch.setenv("MLL_JOB_SECONDS", "60")
    assert (Limits.of({}).megabytes, Limits.of({}).seconds) == (700, 60)
    with pytest.raises(InvalidParameter, match="no number"):
        Limits.of({"memory_mb": "much"})
    mine = Limits.of({"memory_mb": 5, "deadline_seconds": 2})
    assert (mine.megabytes, mine.seconds) == (5, 2)


def test_memory_of_the_whole_family_is_counted_and_the_limit_is_said() -> None:
    eat = "import time; x = bytearray(60 << 20); print(1, flush=True); time.sleep(60)"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {eat!r}])"
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        parent.stdout.readline()
        held = processes.resident(processes.members(parent.pid))
        assert Limits(megabytes=500, seconds=60).passed_by(held) is None
        fault = Limits(megabytes=50, seconds=60).passed_by(held)
        for child in psutil.Process(parent.pid).children():
            child.kill()
    assert fault
    assert fault["kind"] == "out_of_memory"
    assert "50 MB" in fault["message"]
    assert processes.resident(processes.members(parent.pid)) == 0  # it is gone


def test_a_passed_deadline_is_said_with_its_seconds() -> None:
    fault = Limits(megabytes=1e9, seconds=30, started=time.monotonic() - 31).passed_by(0)
    assert fault
    assert fault["kind"] == "too_long"
    assert "30 seconds" in fault["message"]
