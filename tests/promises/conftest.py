import os
import platform
import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from promises.crew import Crew
from promises.proof import LINES, Proof

FULL = "promise_full"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "promise: a slice of the proof of a promise")
    config.addinivalue_line("markers", f"{FULL}: the proof of a promise with its full numbers")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    asked = os.environ.get("MLL_PROMISES") == "full" or FULL in config.option.markexpr
    if not asked:
        left_out = [item for item in items if item.get_closest_marker(FULL)]
        items[:] = [item for item in items if item not in left_out]
        if left_out:
            config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not LINES:
        return
    packages = ("sqlalchemy", "duckdb", "pyarrow", "mll-workbench")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    head = [
        f"Proofs of {at}: Python {platform.python_version()}, {platform.system()} "
        f"{platform.release()}, {os.cpu_count()} cores, SQLite {sqlite3.sqlite_version}, "
        f"{versions}",
        "",
        "| promise | proved | seed | seconds |",
        "| --- | --- | --- | --- |",
    ]
    terminalreporter.section("promises")
    for line in (*head, *LINES):
        terminalreporter.write_line(line)
    if place := os.environ.get("MLL_PROOF"):
        Path(place).write_text("\n".join((*head, *LINES, "")), encoding="utf-8")


@pytest.fixture(scope="session")
def crew() -> Iterator[Crew]:
    with Crew() as crew:
        yield crew


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder in memory where there is one: a kill loses nothing of either, and it is faster."""
    memory = Path("/dev/shm")
    free = memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30
    with TemporaryDirectory(prefix="mll-promises-", dir=memory if free else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def base(crew: Crew, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one project and one model, made once and copied for each trial."""
    home = tmp_path_factory.mktemp("base") / "home"
    assert crew.do("build", home=str(home)) == {"done": True}
    return home


@pytest.fixture
def quick_base(base: Path, room: Path) -> Path:
    """The same, in memory where there is one."""
    shutil.copytree(base, room / "base")
    return room / "base"


@pytest.fixture
def proof() -> Iterator[Proof]:
    started = time.monotonic()
    proof = Proof()
    yield proof
    proof.write(time.monotonic() - started)
