"""A folder that nobody can write to, not even root."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Close a folder and all that is in it to writers, and open it again at the end."""
    close, reopen = (("chmod", "-R", "a-w"), ("chmod", "-R", "u+w"))
    if os.geteuid() == 0:
        close, reopen = (("chattr", "-R", "+i"), ("chattr", "-R", "-i"))
    able = shutil.which(close[0])
    if not able or subprocess.run([*close, folder], check=False, capture_output=True).returncode:
        subprocess.run([*reopen, folder], check=False, capture_output=True)
        pytest.skip("this file system cannot be closed to writers")
    try:
        yield
    finally:
        subprocess.run([*reopen, folder], check=True, capture_output=True)
