import os
import subprocess
import sys

import pytest

from mll_core.infra import files

CODE = """
from mll_core.infra.files import crash_point
for _ in range(3):
    crash_point("a")
print("alive")
"""


def alive(**environment: str) -> bool:
    wanted = {**os.environ, "MLL_TEST": "", **environment}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=wanted, capture_output=True, check=False
    )
    assert done.returncode in (0, -9), done.stderr
    return done.stdout == b"alive\n"


@pytest.mark.parametrize(("at", "lives"), [("a:1", False), ("a:3", False), ("a:4", True)])
def test_a_process_dies_at_the_pass_that_is_asked_for(at: str, lives: bool) -> None:
    assert alive(MLL_TEST="1", MLL_CRASH_AT=at) is lives


def test_nobody_dies_outside_a_test() -> None:
    assert alive(MLL_CRASH_AT="a:1")
    assert alive(MLL_TEST="0", MLL_CRASH_AT="a")


def test_passes_are_counted_under_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLL_TEST", raising=False)
    files.crash_point("never.counted")
    assert "never.counted" not in files.PASSED
    monkeypatch.setenv("MLL_TEST", "1")
    files.crash_point("once.counted")
    assert files.PASSED["once.counted"] == 1
