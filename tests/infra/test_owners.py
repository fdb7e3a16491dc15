import subprocess
import sys
from pathlib import Path

import pytest

from mll_core.infra import files, owners
from mll_core.infra.objects import ObjectStore

KILLED = """
import os, signal, sys
from pathlib import Path
from mll_core.infra import files

with files.temporary_folder(Path(sys.argv[1])) as folder:
    (folder / "rows.parquet").write_bytes(b"many")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it goes after a day")
def test_what_a_killed_process_left_goes_at_once_and_what_a_living_one_has_stays(
    tmp_path: Path,
) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60)
    (left,) = (tmp_path / "tmp").iterdir()
    assert ObjectStore(tmp_path).left_behind() == [left]
    with files.temporary_folder(tmp_path) as mine:
        assert list((tmp_path / "tmp").iterdir()) == [mine]
        assert ObjectStore(tmp_path).left_behind() == []
        assert owners.clear(tmp_path / "tmp") == 0
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("name", ["search-ab", "of--1-2-x", "of-00000000-1-2-x", "of-1", "tmpab"])
def test_what_names_no_process_of_this_machine_is_not_known_to_be_dead(name: str) -> None:
    assert not owners.is_dead(name)
