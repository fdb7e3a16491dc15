"""Runs a peer's script, in the peer's own Python, and keeps what it said of the test.

usage: contest_peer.py SCRIPT SAID.npy FOLDER TARGET TASK SECONDS

The script calls ``report`` of the module ``common`` beside it; what it tells there is kept: a
value per row of the test, or the probability of the second class.
"""

import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np

script, said = Path(sys.argv[1]), sys.argv[2]
sys.argv = [str(script), *sys.argv[3:]]
sys.path.insert(0, str(script.parent))
import common  # type: ignore[import-not-found]  # noqa: E402  # beside the script

report = common.report


def keep(*told: Any, **more: Any) -> None:
    values = np.asarray(more["pred"] if more.get("pred") is not None else more["proba"], float)
    np.save(said, values if values.ndim == 1 else values[:, 1])
    report(*told, **more)


common.report = keep
runpy.run_path(str(script), run_name="__main__")
