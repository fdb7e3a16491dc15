import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from mll_core.domain.serving import LoggedRequest, Outcome, Prediction
from mll_core.infra.prediction_log import PredictionLog, new_request_id


def request(request_id: str = "", records: int = 1, size: int = 0) -> LoggedRequest:
    return LoggedRequest(
        request_id=request_id or new_request_id(),
        at=datetime.now(UTC).isoformat(),
        version=3,
        records=tuple({"age": i} for i in range(records)),
        predictions=(Prediction(prediction="yes", probabilities={"no": 0.2, "yes": 0.8}),)
        * records,
        scores=(0.8,) * records,
        bytes=size,
    )


def test_what_was_put_is_read_back_with_its_outcome(tmp_path: Path) -> None:
    log, sent = PredictionLog(tmp_path), request(records=2)
    log.put(sent)
    assert log.add_outcomes(
        [
            Outcome(request_id=sent.request_id, record=1, actual="no"),
            Outcome(request_id=sent.request_id, record=7, actual="no"),
            Outcome(request_id="../../etc-passwd", record=0, actual="no"),
        ]
    ) == [True, False, False]
    first, second = log.rows()
    assert first["input"] == {"age": 0}
    assert first["prediction"]["prediction"] == "yes"
    assert (first["version"], first["score"]) == (3, 0.8)
    assert [row["known"] for row in (first, second)] == [False, True]
    assert second["actual"] == "no"
    log.close()


def test_an_outcome_sent_again_replaces_the_first(tmp_path: Path) -> None:
    log, sent = PredictionLog(tmp_path), request()
    log.put(sent)
    for actual in ("no", "yes"):
        log.add_outcomes([Outcome(request_id=sent.request_id, record=0, actual=actual)])
    (row,) = log.rows()
    assert row["actual"] == "yes"
    log.close()


def test_putting_does_not_wait_and_the_oldest_are_dropped_and_counted(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path, capacity=10, retention_days=100_000)
    with sqlite3.connect(_locked(log), isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        start = time.perf_counter()
        for _ in range(5_000):
            log.put(request("20240101-x"))
        assert time.perf_counter() - start < 2
        other.execute("ROLLBACK")
    other.close()
    assert log.dropped > 4_000
    log.close()


def _locked(log: PredictionLog) -> Path:
    log.put(request("20240101-first"))
    assert log.flush()
    return log.days()[0]


def test_a_queue_of_large_requests_stays_bounded(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path / "file")
    (tmp_path / "file").write_text("a file where the folder should be")
    for _ in range(10):
        log.put(request(size=30 * 2**20))
    log.close()
    assert log.dropped + log.failed == 10


def test_days_past_retention_are_dropped_whole(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path, retention_days=30)
    for day in ("2024-01-01", "2024-03-01"):
        (tmp_path / f"{day}.db").touch()
    assert [path.stem for path in log.sweep(date(2024, 3, 15))] == ["2024-01-01"]
    assert [path.stem for path in log.days()] == ["2024-03-01"]


def test_only_days_since_the_asked_one_are_read(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path, retention_days=100_000)
    for day in ("20240101", "20240201"):
        log.put(request(f"{day}-x"))
    log.flush()
    assert [row["request_id"] for row in log.rows(date(2024, 1, 15))] == ["20240201-x"]
    log.close()


WRITER = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from mll_core.domain.serving import LoggedRequest, Prediction
from mll_core.infra.prediction_log import PredictionLog, new_request_id
log = PredictionLog(Path(sys.argv[1]))
answer = Prediction(prediction="yes")
for i in range(10**6):
    name = new_request_id()
    log.put(LoggedRequest(request_id=name, at="t", version=1, records=({"i": i},),
                          predictions=(answer,), scores=(0.5,)))
    if i % 50 == 0 and log.flush():
        print(name, flush=True)
"""


def test_a_kill_in_the_middle_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", WRITER, str(tmp_path), root]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        committed = [writer.stdout.readline().strip() for _ in range(8)]
        os.kill(writer.pid, signal.SIGKILL)
    log = PredictionLog(tmp_path)
    found = {row["request_id"] for row in log.rows()}
    assert set(committed) <= found
    log.put(request())
    assert log.flush()
    log.close()
