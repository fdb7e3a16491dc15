"""The log of a workspace: one file per kind of process, rotated, on disk only."""

import logging
import uuid
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE = 5 << 20
KEPT = 3


def start_log(home: Path, name: str) -> Path:
    """Send what this process logs to ``logs/<name>.log``; the file's path."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    handler = RotatingFileHandler(path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return path


def keep_traceback(what: str) -> str:
    """Log the exception being handled under a short id, which is given back."""
    identity = uuid.uuid4().hex[:8]
    logging.getLogger("mll").exception("error %s: %s", identity, what)
    return identity
