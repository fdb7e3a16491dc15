"""The watch over what is told outside sees what it should; the journey relies on it."""

import subprocess
import sys

import outside
import psutil
import pytest

ASKS = "import urllib.request as u; u.urlopen('http://usage.example/told', timeout=5)"


def spied_upon(code: str) -> outside.Outside:
    with outside.nobody() as spy:
        spy.look(psutil.Process().pid)
        assert "MLFLOW_DISABLE_TELEMETRY" not in spy.environment()
        command = [sys.executable, "-c", code]
        subprocess.run(command, env=spy.environment(), check=False, stderr=subprocess.DEVNULL)
    return spy


def test_who_sends_something_out_is_caught() -> None:
    with pytest.raises(AssertionError, match=r"usage\.example"):
        spied_upon(ASKS)


def test_who_speaks_to_nobody_is_not() -> None:
    assert not spied_upon("").caught
