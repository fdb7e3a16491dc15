"""The log of a workspace: one file per kind of process, rotated, on disk only, without secrets."""

import logging
import os
import sys
import uuid
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

from mll_core.domain.secret import redacted

SIZE = 5 << 20
KEPT = 3
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class Redacting(logging.Formatter):
    """Takes secrets out of a whole entry: its message, its traceback and its stack."""

    def format(self, record: logging.LogRecord) -> str:
        """One entry, harmless."""
        return redacted(super().format(record))


class RedactedStream:
    """Like the stream it stands for, line by line without secrets; for what a process prints."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun = ""

    def write(self, text: str) -> int:
        """Write whole lines; what is not a line yet waits for its end."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._stream.write(redacted(line) + "\n")
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write them one after another."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write also what is not a whole line yet."""
        begun, self._begun = self._begun, ""
        if begun:
            self._stream.write(redacted(begun))
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        """All else is as the stream has it."""
        return getattr(self._stream, name)


def redact_output() -> None:
    """From here on what this process prints, tracebacks included, carries no secrets."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, RedactedStream):
            setattr(sys, name, RedactedStream(stream))


def start_log(home: Path, name: str, logger: str = "") -> Path:
    """Send what this process logs (under ``logger``) to ``logs/<name>.log``, once; its path.

    To standard error when the disk refuses: nobody stops working for want of a log.
    """
    path = home / "logs" / f"{name}.log"
    log = logging.getLogger(logger)
    log.setLevel(logging.INFO)
    if any(getattr(handler, "baseFilename", "") == str(path) for handler in log.handlers):
        return path
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", delay=bool(logger)
        )
    except OSError as error:
        handler = logging.StreamHandler()
        log.warning("logging here, as %s cannot be written to: %s", path, error.strerror)
    handler.setFormatter(Redacting(FORMAT))
    log.addHandler(handler)
    return path


def in_file(logger: str) -> bool:
    """Whether what ``logger`` is told goes into a file that can be written to now."""
    names = (getattr(handler, "baseFilename", "") for handler in logging.getLogger(logger).handlers)
    paths = (Path(name) for name in names if name)
    return any(os.access(path if path.exists() else path.parent, os.W_OK) for path in paths)


def keep_traceback(what: str) -> str:
    """Log the exception being handled under a short id, which is given back."""
    identity = uuid.uuid4().hex[:8]
    logging.getLogger("mll").exception("error %s: %s", identity, what)
    return identity
