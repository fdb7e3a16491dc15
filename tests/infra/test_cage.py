import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mll_core.domain.errors import Stopped, UnfitTarget
from mll_core.infra import cage, keeper, safe_reader
from mll_core.infra.cage import Broken, Limits, Task

HERE = str(Path(__file__).parent)


@pytest.fixture(autouse=True)
def tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cage knows only the project's own modules; a test's are put beside them."""
    monkeypatch.setattr(keeper, "ROOT_PATHS", (*keeper.ROOT_PATHS, HERE))
    cage.close()


def run(name: str, limits: Limits | None = None, **values: Any) -> Any:
    return cage.run(Task(f"cage_tasks:{name}", values), limits or Limits())


def test_a_task_gives_plain_data_and_tells_its_progress() -> None:
    told: list[tuple[float, str]] = []
    task = Task("cage_tasks:echo", {"value": {"a": [1, None, "ü"]}})
    assert cage.run(task, progress=lambda *it: told.append(it)) == {"a": [1, None, "ü"]}
    assert (0.5, "half") in told


def test_what_a_task_refuses_is_refused_here_in_the_same_words() -> None:
    with pytest.raises(UnfitTarget, match="does not fit") as caught:
        run("refuse")
    assert caught.value.hint == "Take another."


@pytest.mark.parametrize(("name", "why"), [("crash", "crash"), ("explode", "memory")])
def test_a_crash_and_a_full_memory_end_the_task_and_nothing_else(name: str, why: str) -> None:
    with pytest.raises(Broken) as caught:
        run(name)
    assert caught.value.why == why
    assert run("echo", value=1) == 1


def test_a_bug_is_told_to_the_log_and_not_to_a_person(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Broken) as caught:
        run("fail")
    assert "secret" not in str(caught.value)
    assert "KeyError" in caplog.text


def test_a_deadline_holds_whatever_the_code_is_doing() -> None:
    run("echo", value=1)
    start = time.monotonic()
    with pytest.raises(Broken) as caught:
        run("hang", Limits(seconds=1))
    assert caught.value.why == "time"
    assert time.monotonic() - start < 4
    assert run("echo", value=1) == 1


def test_stop_is_heard_while_the_task_is_silent() -> None:
    calls: list[float] = []

    def progress(share: float, message: str) -> None:
        calls.append(share)
        if len(calls) > 2:
            raise Stopped("Stopped.", hint="Start again.")

    with pytest.raises(Stopped):
        cage.run(Task("cage_tasks:hang", {}), progress=progress)
    assert run("echo", value=1) == 1


def test_a_task_cannot_speak_for_its_keeper() -> None:
    assert run("forge") == "true"
    assert run("echo", value="mine") == "mine"


@pytest.fixture(params=["elsewhere", "beside the code"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder for something secret."""
    if request.param == "elsewhere":
        yield tmp_path
    else:
        with tempfile.TemporaryDirectory(prefix="home-", dir=Path(__file__).parents[2]) as folder:
            yield Path(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux")
def test_nothing_but_what_was_given_is_in_reach(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLL_SECRET", "hidden")
    secret = place / "secret.key"
    secret.write_text("secret")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        found = run("reach", secret=str(secret), port=door.getsockname()[1])
    if found["read"] == "done" and os.name == "posix":
        pytest.skip("this kernel has no Landlock: only the limits hold")
    assert set(found.pop("variables").split()) == {"TMPDIR", "HOME", "OMP_NUM_THREADS"}
    assert found.pop("fill") == "OSError"
    assert set(found.values()) == {"PermissionError"}
    assert secret.read_text() == "secret"


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
def test_what_a_cage_shuts_off_is_found_out_by_trying() -> None:
    said = cage.walls()
    assert "Landlock" in said
    assert "the network, new programs" in said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shuts off folders")
def test_signs_of_a_pattern_in_a_name_are_just_letters_in_a_cage_too(tmp_path: Path) -> None:
    home = tmp_path / "home [1]"
    home.mkdir()
    file = home / "what? [1]*.csv"
    file.write_text("a,b\n1,2\n")
    assert "1 rows" in safe_reader.read("text", [file], home / "out.parquet")
    assert "1 rows" in safe_reader.read("parquet", [home / "out.parquet"], home / "two.parquet")
