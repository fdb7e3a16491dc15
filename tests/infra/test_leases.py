import time
from pathlib import Path

import pytest
import sqlalchemy as sql

from mll_core.domain.identity import Actor
from mll_core.infra import jobs as jobs_module
from mll_core.infra import retries
from mll_core.infra.database import Database
from mll_core.infra.jobs import JobQueue
from mll_core.infra.leases import Watchman, boot
from mll_core.infra.tables import JOBS

pytestmark = pytest.mark.usefixtures("catalog")


def test_this_boot_has_one_name() -> None:
    assert boot() == boot()


def test_of_this_boot_the_monotonic_clock_decides() -> None:
    watchman = Watchman("b")
    assert not watchman.is_over("job", time.monotonic() + 5, "b", 15)
    assert watchman.is_over("job", time.monotonic() - 0.01, "b", 15)


@pytest.mark.parametrize(("mine", "other"), [("b", "c"), ("", ""), ("b", "")])
def test_of_another_boot_only_silence_decides(mine: str, other: str) -> None:
    watchman = Watchman(mine)
    assert not watchman.is_over("job", 1.0, other, 0.05)
    time.sleep(0.06)
    assert not watchman.is_over("job", 2.0, other, 0.05)  # it was renewed
    time.sleep(0.06)
    assert watchman.is_over("job", 2.0, other, 0.05)


@pytest.mark.parametrize("hours", [-1, 1, 24 * 365])
def test_a_clock_that_jumps_takes_no_job_from_a_living_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: float
) -> None:
    queue = JobQueue(Database(tmp_path), Actor(name="ana"))
    job = queue.submit("p", "run", {})
    claim = queue.claim()
    assert claim
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600 * hours)
    assert JobQueue(Database(tmp_path), Actor(name="eve")).claim() is None
    queue.heartbeat(claim)
    assert queue.get(job.id).attempts == 1


def test_a_catalog_of_before_gets_the_new_column_and_keeps_its_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Database(tmp_path)
    job = JobQueue(first, Actor(name="ana")).submit("p", "run", {})
    with first.write() as connection:
        connection.exec_driver_sql("ALTER TABLE jobs DROP COLUMN lease_boot")
        values = {"status": "running", "attempts": 1, "lease_until": time.time() - 100}
        connection.execute(JOBS.update().values(values))
    first.close()
    monkeypatch.setattr(jobs_module, "LEASE", 0.5)
    monkeypatch.setattr(retries, "PAUSES", (0.0,))
    queue = JobQueue(Database(tmp_path), Actor(name="ana"))
    assert queue.claim() is None
    time.sleep(0.51)
    claim = queue.claim()
    assert claim
    assert claim.job.id == job.id
    assert "lease_boot" in {column.name for column in JOBS.columns}
    assert queue.recover() == 0
    with queue._database.read() as connection:
        assert connection.execute(sql.select(JOBS.c.lease_boot)).scalar() == boot()
