import atexit
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import settings

pytest_plugins = ["postgres", "promises.telling"]
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["MLL_KEYS"] = tempfile.mkdtemp(prefix="mll-keys-")  # never the keys of a person
atexit.register(shutil.rmtree, os.environ["MLL_KEYS"], ignore_errors=True)
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
# Some machines keep no compiled modules: each process of a test would spend seconds on compiling.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile("mll", deadline=None, max_examples=30, print_blob=True)
settings.load_profile("mll")

OURS = {"mll", "mll_core", "pages"}
REQUIRED = set(filter(None, os.environ.get("MLL_REQUIRE", "").split(",")))


LONGEST = ("test_real_data.py", "journey", "test_worker.py", "test_full_disk.py", "promises")
"""Files and folders that take minutes: begun first, so that no process is left with one alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; all else stays in its order."""

    def place(item: pytest.Item) -> int:
        return next((i for i, name in enumerate(LONGEST) if name in item.path.parts), len(LONGEST))

    items.sort(key=place)


@pytest.fixture(autouse=True)
def our_loggers_still_speak() -> Iterator[None]:
    """No test silences what another one listens to."""
    yield
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in OURS]
    ours = [logging.root, *map(logging.getLogger, names)]
    deaf = [log.name for log in ours if log.disabled or (log.parent and not log.propagate)]
    assert not deaf, f"silenced: {deaf}"
    assert logging.root.manager.disable == logging.NOTSET


def need(what: str, present: bool) -> None:
    """Skip with one clear line when ``what`` is missing, or fail when MLL_REQUIRE names it."""
    if not present:
        message = f"{what} is not on this machine"
        if what in REQUIRED:
            pytest.fail(f"{message}, and MLL_REQUIRE asks for it")
        pytest.skip(message)
