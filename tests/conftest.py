import atexit
import os
import shutil
import tempfile

import pytest
from hypothesis import settings

pytest_plugins = ["postgres", "promises.telling"]
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["MLL_KEYS"] = tempfile.mkdtemp(prefix="mll-keys-")  # never the keys of a person
atexit.register(shutil.rmtree, os.environ["MLL_KEYS"], ignore_errors=True)
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

settings.register_profile("mll", deadline=None, max_examples=30, print_blob=True)
settings.load_profile("mll")

REQUIRED = set(filter(None, os.environ.get("MLL_REQUIRE", "").split(",")))


def need(what: str, present: bool) -> None:
    """Skip with one clear line when ``what`` is missing, or fail when MLL_REQUIRE names it."""
    if not present:
        message = f"{what} is not on this machine"
        if what in REQUIRED:
            pytest.fail(f"{message}, and MLL_REQUIRE asks for it")
        pytest.skip(message)
