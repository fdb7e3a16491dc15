from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mll_core.domain.errors import Forbidden, NotFound
from mll_core.domain.identity import Actor
from mll_core.domain.job import JobStatus
from mll_core.domain.schedule import Schedule, parse
from mll_core.infra import events
from mll_core.infra.database import Database
from mll_core.infra.jobs import JobQueue
from mll_core.infra.timetable import Timetable, local_zone

ANA = Actor(name="ana")


class House:
    """A catalog, its line, its timetable, and a clock that can be set."""

    def __init__(self, home: Path) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self.database = Database(home)
        self.jobs = JobQueue(self.database, ANA)
        self.timetable = Timetable(self.database, clock=lambda: self.now)

    def add(self, said: str = "day at 06:00") -> Schedule:
        return self.timetable.add("p", "monitor", {"current": "/x/*.csv"}, parse(said), ANA)

    def forward(self, **span: float) -> int:
        self.now += timedelta(**span)
        return self.timetable.begin_due()

    def finish(self) -> None:
        claim = self.jobs.claim()
        assert claim
        self.jobs.finish(claim, JobStatus.DONE, "Done.")

    @property
    def only(self) -> Schedule:
        (schedule,) = self.timetable.of("p", ANA)
        return schedule


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_work_is_put_in_line_when_it_is_due_and_once(house: House) -> None:
    house.add()
    assert house.forward(hours=17.9) == 0
    assert house.forward(hours=0.1) == 1
    assert house.timetable.begin_due() == 0
    (job,) = house.jobs.of()
    assert (job.kind, job.parameters, job.author) == ("monitor", {"current": "/x/*.csv"}, "ana")
    assert house.only.last_job == job.id
    assert house.only.next_due.startswith("2026-03-03T06:00")


def test_times_missed_while_the_machine_was_off_are_made_up_for_once(house: House) -> None:
    house.add()
    assert house.forward(days=9) == 1
    assert house.timetable.begin_due() == 0
    assert house.only.next_due.startswith("2026-03-11T06:00")


def test_a_clock_that_is_set_back_does_not_do_it_twice(house: House) -> None:
    house.add()
    assert house.forward(hours=18.5) == 1
    house.finish()
    assert house.forward(hours=-1) == 0
    assert house.forward(hours=1.5) == 0
    assert house.forward(hours=23) == 1


def test_a_clock_that_was_a_year_ahead_does_not_put_off_the_next_time(house: House) -> None:
    house.add()
    assert house.forward(days=365) == 1
    house.finish()
    assert house.forward(days=-365) == 0
    assert house.only.next_due.startswith("2026-03-02T06:00")
    assert house.forward(hours=18) == 1


def test_while_the_work_before_still_runs_nothing_piles_up(house: House) -> None:
    house.add("every hour")
    assert house.forward(hours=1) == 1
    assert house.jobs.claim()
    assert [house.forward(hours=1) for _ in range(5)] == [0] * 5
    assert len(house.jobs.of()) == 1


def test_of_two_workers_one_takes_a_time(house: House) -> None:
    house.add()
    house.now += timedelta(days=1)
    due = house.only
    other = Timetable(house.database, clock=lambda: house.now)
    assert house.timetable.begin_due() == 1
    house.finish()
    assert other._begin(due, house.now) is False
    assert len(house.jobs.of()) == 1


def test_a_paused_one_waits_and_a_resumed_one_makes_up_for_nothing(house: House) -> None:
    made = house.add()
    house.timetable.switch("p", made.id, ANA, on=False)
    assert house.forward(days=3) == 0
    house.timetable.switch("p", made.id, ANA, on=True)
    assert house.timetable.begin_due() == 0
    assert house.only.next_due.startswith("2026-03-05T06:00")
    house.timetable.remove("p", made.id, ANA)
    assert house.timetable.of("p", ANA) == ()
    with pytest.raises(NotFound):
        house.timetable.remove("p", made.id, ANA)
    kinds = [event.kind for event in reversed(events.read(house.database, "p", 10))]
    assert kinds == [f"schedule.{what}" for what in ("added", "paused", "resumed", "removed")]


def test_who_may_not_run_work_may_not_schedule_it_and_loses_it_with_the_right(
    house: House,
) -> None:
    eve = Actor(name="eve", kind="account")
    with pytest.raises(Forbidden):
        house.timetable.add("p", "run", {}, parse("hour"), eve)
    assert house.timetable.of("p", eve) == ()
    house.add("every hour")
    with house.database.write() as connection:  # her account was removed since
        connection.exec_driver_sql("UPDATE schedules SET author='eve', author_kind='account'")
    assert house.forward(hours=1) == 0
    assert not house.only.enabled
    assert events.read(house.database, "p", 1)[0].kind == "schedule.refused"


def test_this_machine_has_a_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Lisbon")
    assert local_zone() == "Europe/Lisbon"
    monkeypatch.delenv("TZ")
    assert parse("hour", local_zone()).zone == local_zone()
