"""The prediction log: scored requests by day in SQLite, written in groups by a thread of its own.

Scoring never waits for the disk: ``put`` only queues, and when the disk is too slow the oldest
queued request is dropped and counted. What a day's file holds is committed (fsync) and survives a
kill; at most the last tenth of a second is lost. A request id begins with its day, so that an
outcome weeks later finds the file; dropping a day drops its outcomes with it.
"""

import hashlib
import json
import re
import sqlite3
import threading
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from mll_core.domain.serving import LoggedRequest, Outcome

_EVERY = 0.1  # seconds between commits
_GROUP = 2_000  # requests in one commit
_CAPACITY = 5_000  # requests that may wait
_MOST_BYTES = 64 * 2**20  # of request bodies that may wait
_SCHEMA = """
CREATE TABLE IF NOT EXISTS request (
    request_id TEXT NOT NULL, record INTEGER NOT NULL, at TEXT NOT NULL, version INTEGER NOT NULL,
    input TEXT NOT NULL, prediction TEXT NOT NULL, score REAL,
    PRIMARY KEY (request_id, record)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outcome (
    request_id TEXT NOT NULL, record INTEGER NOT NULL, actual TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (request_id, record)) WITHOUT ROWID;
"""


def new_request_id(now: datetime | None = None) -> str:
    """An id nobody can guess, beginning with its day (UTC): ``20240131-...``."""
    return f"{now or datetime.now(UTC):%Y%m%d}-{uuid.uuid4().hex}"


def folder_of(home: Path, deployment: str) -> Path:
    """Where a workspace keeps the log of a deployment; an odd name is kept by its hash."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", deployment)
    name = deployment if plain else hashlib.sha256(deployment.encode()).hexdigest()[:32]
    return home / "predictions" / name


class PredictionLog:
    """The log of one deployment. Several processes may write the same folder."""

    def __init__(
        self, folder: Path, *, capacity: int = _CAPACITY, retention_days: int = 90
    ) -> None:
        self.folder = folder
        self.dropped = 0
        self.failed = 0
        self.retention_days = retention_days
        self._queue: deque[LoggedRequest] = deque()
        self._capacity = capacity
        self._bytes = 0
        self._change = threading.Condition()
        self._writing = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="prediction-log", daemon=True)
        self._thread.start()

    def put(self, request: LoggedRequest) -> None:
        """Queue one scored request; never waits. The oldest goes when the queue is full."""
        with self._change:
            self._queue.append(request)
            self._bytes += request.bytes
            while self._queue and (len(self._queue) > self._capacity or self._bytes > _MOST_BYTES):
                self._bytes -= self._queue.popleft().bytes
                self.dropped += 1
            self._change.notify_all()

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all that was queued is committed; False when the time is up."""
        with self._change:
            return self._change.wait_for(lambda: not self._queue and not self._writing, timeout)

    def close(self) -> None:
        """Write what is queued and stop."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        self._thread.join(timeout=15)

    def add_outcomes(self, outcomes: Sequence[Outcome]) -> list[bool]:
        """Keep late labels, durable on return; False where no such record is in the log.

        Sending one again replaces it.
        """
        self.flush()
        found = [False] * len(outcomes)
        days: dict[str, list[int]] = {}
        for i, outcome in enumerate(outcomes):
            days.setdefault(outcome.request_id[:8], []).append(i)
        for day, places in days.items():
            path = self._path(day)
            if path is None or not path.exists():
                continue
            with _day(path) as connection, connection:
                for i in places:
                    found[i] = _keep(connection, outcomes[i])
        return found

    def rows(self, since: date | None = None) -> Iterator[dict[str, Any]]:
        """Every logged record since a day, oldest day first, with its outcome.

        Keys: request_id, record, at, version, input (dict), prediction (dict), score, known
        (whether an outcome came), actual.
        """
        for path in self.days():
            if since and path.stem < since.isoformat():
                continue
            with closing(_open(path)) as connection:
                for row in connection.execute(_READ):
                    yield dict(zip(_FIELDS, _parsed(row), strict=True))

    def days(self) -> list[Path]:
        """The files, oldest day first."""
        return sorted(self.folder.glob("????-??-??.db"))

    def sweep(self, today: date | None = None) -> list[Path]:
        """Drop the days past retention; the files dropped."""
        oldest = (today or datetime.now(UTC).date()) - timedelta(days=self.retention_days)
        late = [path for path in self.days() if path.stem < oldest.isoformat()]
        for path in late:
            path.unlink(missing_ok=True)
        return late

    def _path(self, day: str) -> Path | None:
        if len(day) != len("20240131") or not (day.isascii() and day.isdigit()):
            return None
        return self.folder / f"{day[:4]}-{day[4:6]}-{day[6:]}.db"

    def _run(self) -> None:
        swept = ""
        while True:
            with self._change:
                self._change.wait_for(lambda: bool(self._queue) or self._closed)
                if not self._queue:
                    return
                if not self._closed:
                    self._change.wait_for(lambda: self._closed, timeout=_EVERY)
                group = [self._queue.popleft() for _ in range(min(_GROUP, len(self._queue)))]
                self._bytes -= sum(request.bytes for request in group)
                self._writing = True
            try:
                self._write(group)
                if swept != (swept := datetime.now(UTC).date().isoformat()):
                    self.sweep()
            except (sqlite3.Error, OSError):  # a full disk must not stop scoring: counted, shown
                self.failed += len(group)
            finally:
                with self._change:
                    self._writing = False
                    self._change.notify_all()

    def _write(self, group: list[LoggedRequest]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        days: dict[str, list[LoggedRequest]] = {}
        for request in group:
            days.setdefault(request.request_id[:8], []).append(request)
        for day, requests in days.items():
            path = self._path(day)
            if path is None:
                raise OSError(f"request id without a day: {day!r}")
            with _day(path) as connection, connection:
                rows = (row for request in requests for row in _rows(request))
                sql = "INSERT OR REPLACE INTO request VALUES (?, ?, ?, ?, ?, ?, ?)"
                connection.executemany(sql, rows)


_FIELDS = (
    *("request_id", "record", "at", "version", "input", "prediction", "score"),
    *("known", "actual"),
)
_READ = """
SELECT r.request_id, r.record, r.at, r.version, r.input, r.prediction, r.score, o.actual
FROM request r LEFT JOIN outcome o USING (request_id, record) ORDER BY r.at, r.request_id, r.record
"""


def _parsed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    *plain, given, answer, score, actual = row
    known = actual is not None
    return (
        *plain, json.loads(given), json.loads(answer), score,
        known, json.loads(actual) if known else None,
    )  # fmt: skip


def _rows(request: LoggedRequest) -> Iterator[tuple[Any, ...]]:
    parts = zip(request.records, request.predictions, request.scores, strict=True)
    for number, (record, prediction, score) in enumerate(parts):
        if record is not None and prediction is not None:
            answer = prediction.model_dump_json(exclude={"reasons"}, exclude_none=True)
            given = json.dumps(record)
            key = (request.request_id, number, request.at, request.version)
            yield (*key, given, answer, score)


def _keep(connection: sqlite3.Connection, outcome: Outcome) -> bool:
    key = (outcome.request_id, outcome.record)
    there = "SELECT 1 FROM request WHERE request_id = ? AND record = ?"
    if connection.execute(there, key).fetchone() is None:
        return False
    values = (*key, json.dumps(outcome.actual), datetime.now(UTC).isoformat())
    connection.execute("INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?)", values)
    return True


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=15)
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.executescript(_SCHEMA)
    return connection


@contextmanager
def _day(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(_open(path)) as connection:
        yield connection
