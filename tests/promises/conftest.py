import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from promises.crew import Crew
from proving import FULL

FULL_ONLY = "promise_full"
HOURS = 6


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if FULL and "promises" in item.path.parts:
            item.add_marker(pytest.mark.timeout(HOURS * 3600), append=False)
    left_out = [item for item in items if not FULL and item.get_closest_marker(FULL_ONLY)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


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
