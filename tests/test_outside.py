"""The watch over what is told outside sees what it should; the journey relies on it."""

import subprocess
import sys

import outside
import psutil
import pytest

ASKS = "import urllib.request as u; u.urlopen('http://usage.example/told', timeout=5)"


def test_who_sends_something_out_is_caught() -> None:
    with pytest.raises(AssertionError), outside.nobody() as spy:
        spy.look(psutil.Process().pid)
        command = [sys.executable, "-c", ASKS]
        subprocess.run(command, env=spy.environment(), check=False, stderr=subprocess.DEVNULL)
    assert b"usage.example" in spy.caught[0]


def test_who_speaks_to_this_machine_only_is_not() -> None:
    with outside.nobody() as spy:
        spy.look(psutil.Process().pid)
    assert "MLFLOW_DISABLE_TELEMETRY" not in spy.environment()
