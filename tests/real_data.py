"""Where the real public data sets are, when they are there."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("MLL_REAL_DATA", ROOT.parent / "shared" / "data" / "real"))


def real(name: str) -> Path:
    """The path of one real data set; skips the test when it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the real data set {name} is not here (set MLL_REAL_DATA)")
    return path
