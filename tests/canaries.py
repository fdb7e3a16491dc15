"""Looking for secrets in every byte of every file."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from mll_core.infra.logs import start_log


def holding(home: Path, secrets: dict[str, str]) -> dict[str, list[str]]:
    """Files that hold a secret, by what it is; every byte of every file is looked at."""
    found: dict[str, list[str]] = {}
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for name, secret in secrets.items():
                if secret.encode() in content or secret.encode("utf-16-le") in content:
                    found.setdefault(name, []).append(str(path.relative_to(home)))
    return found


@pytest.fixture
def log(tmp_path: Path) -> Iterator[None]:
    """Everything this process logs goes into the workspace."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    start_log(tmp_path / "home", "everything")
    yield
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
