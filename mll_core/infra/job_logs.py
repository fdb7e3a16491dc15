"""The last lines that a job's process said, kept with the job."""

import threading
from collections import deque
from typing import IO

import sqlalchemy as sql

from mll_core.domain.secret import redacted
from mll_core.infra.database import Database
from mll_core.infra.tables import JOB_LOGS

LINES = 200
LONGEST = 500
"""Characters of a line that are kept."""


class Tail:
    """The newest lines of a stream, without secrets; read by a thread of its own."""

    def __init__(self, stream: IO[bytes], before: str = "") -> None:
        self._lines: deque[str] = deque(before.splitlines(), maxlen=LINES)
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def news(self) -> str | None:
        """All lines kept, when there are new ones since the last time."""
        if not self._news.is_set():
            return None
        self._news.clear()
        return "\n".join(tuple(self._lines))

    def end(self, patience: float = 1.0) -> str | None:
        """The news at the end of the stream."""
        self._thread.join(patience)
        return self.news()

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(8 * LONGEST):
                text = redacted(line.decode("utf-8", "replace").rstrip())[:LONGEST]
                if text:
                    self._lines.append(text)
                    self._news.set()


class JobLogs:
    """The last lines of every job; see ``Tail``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, job: str, text: str) -> None:
        """Put ``text`` in the place of what was kept."""
        with self._database.write() as connection:
            connection.execute(JOB_LOGS.delete().where(JOB_LOGS.c.job == job))
            connection.execute(JOB_LOGS.insert().values(job=job, text=text))

    def of(self, job: str) -> str:
        """What a job said last, a line each; "" when it said nothing."""
        rows = self._database.rows(sql.select(JOB_LOGS.c.text).where(JOB_LOGS.c.job == job))
        return str(rows[0]["text"]) if rows else ""
