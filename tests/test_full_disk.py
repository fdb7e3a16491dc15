"""A full disk: everything can be looked at, nothing is lost, and it goes away by itself."""

import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import projects
import pytest
from browser import CHROMIUM, visiting, workbench
from conftest import need
from promises.crew import compiled

from mll_core.cli import main
from mll_core.domain.errors import NoRoom
from mll_core.infra import events, room
from mll_core.infra.prediction_log import PredictionLog, folder_of
from mll_core.service.source import WorkspaceSource
from mll_core.workspace import Workspace


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(place)]
    able = shutil.which("mount") and os.geteuid() == 0
    if not able or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small file system can be mounted by root only, and not here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Write until not one more byte can be."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for block in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(block)) == block:
                    continue
            except OSError:
                continue
    return ballast


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "hint:" in said
    return said


def test_on_a_full_disk_all_can_be_read_and_what_writes_is_refused_in_words(
    disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = projects.finished(disk).home
    records = [json.loads(line) for line in projects.customers(3).to_json(
        orient="records", lines=True
    ).splitlines()]  # fmt: skip
    ballast = fill(disk)
    room.forget()
    at_home = ("--home", str(home))

    workspace = Workspace.open(home, actor="ana")
    project = workspace.project("customers")
    assert project.report()
    assert len(project.states()) == 7
    assert len(project.deployment.predict(records)) == 3
    short = room.shortage(home, workspace.database)
    assert short
    assert short.everything
    assert short.message.startswith("The disk is full: you can look at everything")
    assert "0 MB are free" in short.message

    for words in (("history", "customers"), ("diff", "customers", "1", "2")):
        assert main([*words, *at_home]) == 0
    data = str(projects.csv(disk.parent))
    for words in (
        ("new", "more", "--data", data),
        ("run", "customers"),
        ("approve", "customers", "--by", "Ana", "--role", "head", "--note", "x"),
        ("score", "customers", data, "-o", str(disk / "out.csv")),
        ("sql", "customers", "select 1"),
        ("monitor", "customers", "--current", data),
    ):
        assert "error:" in refused(capsys, *words, *at_home), words
    said = refused(capsys, "sql", "customers", "select 1", *at_home)
    assert "Questions are logged, and the disk is full." in said
    elsewhere = disk.parent / "out.csv"
    assert main(["score", "customers", data, "-o", str(elsewhere), *at_home]) == 0
    assert elsewhere.exists()
    assert not list(disk.parent.glob(".mll-*"))
    with pytest.raises(NoRoom, match="full"):
        project.edit("brief.question", "Who stays?")
    assert main(["doctor", "--quick", *at_home]) == 2
    assert "nothing can be changed until there is room" in capsys.readouterr().out

    source = WorkspaceSource(workspace, loopback=True)
    source.start()
    serving = source.current("customers")
    assert serving
    assert len(serving.scorer.predict(records)) == 3
    source.close()

    ballast.unlink()
    room.forget()
    assert room.shortage(home, workspace.database) is None
    project.edit("brief.question", "Who stays?")
    assert events.first_broken(workspace.database) is None
    workspace.database.close()


def test_work_is_refused_before_it_begins_when_it_would_fill_the_disk(
    disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = projects.finished(disk).home
    with (disk / "ballast").open("wb") as file:
        file.write(bytes(shutil.disk_usage(disk).free - (20 << 20)))
    room.forget()
    workspace = Workspace.open(home, actor="ana")
    short = room.shortage(home, workspace.database)
    assert short
    assert not short.everything
    assert "nearly full" in short.message
    data = str(projects.csv(disk.parent))
    for words in (
        ("new", "more", "--data", data),
        ("run", "customers"),
        ("score", "customers", data, "-o", str(disk / "out.csv")),
        ("monitor", "customers", "--current", data),
    ):
        assert "MB are free on the disk" in refused(capsys, *words, "--home", str(home)), words
    workspace.project("customers").edit("brief.question", "Who stays?")  # small changes are kept


def test_on_a_read_only_disk_what_writes_is_refused_in_words_and_scoring_goes_elsewhere(
    disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, data = projects.finished(disk).home, str(projects.csv(disk.parent))
    at_home = ("--home", str(home))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    room.forget()
    assert "cannot be written to" in refused(capsys, "run", "customers", *at_home)
    said = refused(capsys, "sql", "customers", "select 1", *at_home)
    assert f"Questions are logged, and {home} cannot be written to." in said
    elsewhere = disk.parent / "out.csv"
    assert main(["score", "customers", data, "-o", str(elsewhere), *at_home]) == 0
    assert elsewhere.exists()


def test_a_log_that_cannot_be_written_counts_what_it_drops(disk: Path) -> None:
    from mll_core.domain.serving import LoggedRequest, Prediction

    fill(disk)
    log = PredictionLog(folder_of(disk, "customers"))
    request = LoggedRequest(
        request_id="20260101-1", at="2026-01-01T00:00:00", version=1,
        records=({"a": 1},), predictions=(Prediction(prediction="yes"),), scores=(0.5,),
    )  # fmt: skip
    log.put(request)
    assert log.flush()
    assert log.failed == 1
    log.close()


@pytest.mark.browser
def test_pages_on_a_full_disk_show_everything_under_one_calm_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("browser", CHROMIUM is not None)
    shim = compiled(tmp_path)
    if shim is None:
        pytest.skip("filling the disk of a program needs Linux and a C compiler (cc)")
    home = projects.finished(tmp_path).home
    full = tmp_path / "full"
    full.touch()
    monkeypatch.setenv("MLL_DISK", f"{home}/")
    monkeypatch.setenv("MLL_DISK_FULL", str(full))
    monkeypatch.setenv("LD_PRELOAD", str(shim))
    with workbench(home, demo=False) as house:
        monkeypatch.delenv("LD_PRELOAD")
        pages = house.pages.partition("/story")[0]
        answered = score(house.service)
        assert len(answered["predictions"]) == 1
        with visiting(house, tmp_path / "pictures") as visit:
            for name in ("evaluate", "deploy", "story"):
                visit.page.goto(f"{pages}/{name}?project=customers")
                visit.sees("you can look at everything")
                visit.shot(f"full-disk-{name}")
                assert visit.page.get_by_text("This did not work").count() == 0
            visit.page.emulate_media(color_scheme="dark")
            visit.page.goto(f"{pages}/evaluate?project=customers")
            visit.sees("you can look at everything")
            visit.shot("full-disk-dark")
            full.unlink()
            time.sleep(room.FRESH)
            visit.page.reload()
            visit.settled()
            assert visit.page.get_by_text("you can look at everything").count() == 0
        until(lambda: score(house.service)["predictions"])


def score(service: str) -> dict[str, list[object]]:
    """One prediction by the service."""
    with urllib.request.urlopen(f"{service}/v1/customers/schema", timeout=30) as answer:
        example = json.load(answer)["example"]
    body = json.dumps({"records": [example]}).encode()
    asked = urllib.request.Request(
        f"{service}/v1/customers/predict", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        found: dict[str, list[object]] = json.load(answer)
    return found


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)
