import subprocess
import sys
import time
from pathlib import Path

import pytest

from mll_core.domain.errors import Conflict
from mll_core.infra.locks import held, is_held

HOLD = """
import sys, time
from pathlib import Path
from mll_core.infra.locks import held
with held(Path(sys.argv[1]), what="A run"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_process_holds_it_and_its_death_frees_it(tmp_path: Path) -> None:
    lock = tmp_path / "locks" / "run.lock"
    lock.parent.mkdir()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    assert holder.stdout.readline().strip() == "held"
    assert is_held(lock)
    with pytest.raises(Conflict, match="A run is going on"), held(lock, what="A run"):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    started = time.monotonic()
    with held(lock, what="A run", patience=5):
        assert time.monotonic() - started < 5
    assert not is_held(lock)
    assert not is_held(tmp_path / "never")
