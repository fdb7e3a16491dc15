import io
from pathlib import Path

from mll_core.domain.secret import Secret
from mll_core.infra.database import Database
from mll_core.infra.job_logs import LINES, LONGEST, JobLogs, Tail


def test_the_newest_lines_are_kept_and_nothing_twice() -> None:
    said = b"".join(b"line %d\n" % n for n in range(500))
    tail = Tail(io.BytesIO(said), before="of the attempt before")
    kept = tail.end()
    assert kept
    assert kept.splitlines() == [f"line {n}" for n in range(500 - LINES, 500)]
    assert tail.news() is None


def test_no_secret_and_no_endless_line_is_kept() -> None:
    Secret("orange-battery")
    said = b"key orange-battery postgres://ana:hunter2@db \xff\n" + b"x" * 100_000 + b"\n"
    kept = Tail(io.BytesIO(said)).end()
    assert kept
    assert "orange-battery" not in kept
    assert "hunter2" not in kept
    assert max(map(len, kept.splitlines())) <= LONGEST


def test_the_log_of_a_job_can_be_read_again(tmp_path: Path) -> None:
    logs = JobLogs(Database(tmp_path))
    assert logs.of("j") == ""
    for text in ("one", "one\ntwo"):
        logs.keep("j", text)
    assert logs.of("j") == "one\ntwo"
