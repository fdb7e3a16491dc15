import json
from pathlib import Path

import projects
import pytest
from test_cli import Run, mll, refused

from mll_core.infra.job_logs import JobLogs
from mll_core.workspace import Workspace

__all__ = ["mll"]


@pytest.fixture
def finished(tmp_path: Path) -> Workspace:
    return projects.finished(tmp_path)


def test_jobs_are_listed_shown_and_stopped(mll: Run, finished: Workspace) -> None:
    first = finished.project("customers").submit("run", until="train")
    second = finished.project("customers").submit("monitor", current="week.csv")
    JobLogs(finished.database).keep(first.id, "10:00:00 reading the rows")
    code, out, _ = mll("jobs")
    assert code == 0
    lines = out.splitlines()
    assert "monitor  number 2 in line: Waiting for the worker." in lines[0]
    assert [line.split()[0] for line in lines] == [second.id[:8], first.id[:8]]
    assert json.loads(mll("jobs", "customers", "--json")[1])["jobs"][0]["id"] == second.id
    code, out, _ = mll("jobs", "show", first.id[:8])
    assert "reading the rows" in out
    shown = json.loads(mll("jobs", "show", first.id, "--json")[1])
    assert shown["log"] == ["10:00:00 reading the rows"]
    code, out, _ = mll("jobs", "stop", first.id[:8])
    assert "stopped" in out
    assert finished.jobs.get(first.id).status.value == "stopped"


def test_a_running_job_that_is_asked_to_stop_is_said_to_be_stopping(
    mll: Run, finished: Workspace
) -> None:
    job = finished.project("customers").submit("run", until="train")
    assert finished.jobs.claim()
    for words in (("stop", job.id), ("show", job.id), ()):
        code, out, _ = mll("jobs", *words)
        assert code == 0
        assert out.split()[1] == "stopping"
        assert "a stop was asked for: Starting." in out


def test_a_wrong_job_is_refused(mll: Run, finished: Workspace) -> None:
    assert "no job 'zz'" in refused(mll("jobs", "show", "zz"))
    assert "not understood" in refused(mll("jobs", "pause", "a", "b"))
    assert "nowhere" in refused(mll("jobs", "nowhere"))


def test_work_is_scheduled_paused_resumed_and_removed(
    mll: Run, finished: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    add = ("schedule", "add", "customers", "--every", "day at 06:00", "--do", "monitor")
    code, out, _ = mll(*add, "--current", "weekly/*.csv", "--zone", "Europe/Lisbon")
    assert code == 0
    assert f"monitor of {tmp_path}/weekly/*.csv, every day at 06:00 (Europe/Lisbon)" in out
    identity = out.split()[0]
    (listed,) = json.loads(mll("schedule", "list", "customers", "--json")[1])["schedules"]
    assert (listed["id"], listed["enabled"]) == (identity, True)
    assert "paused" in mll("schedule", "pause", "customers", identity)[1]
    assert "next" in mll("schedule", "resume", "customers", identity)[1]
    assert mll("schedule", "remove", "customers", identity)[0] == 0
    assert mll("schedule", "list", "customers")[1] == "Nothing is done by itself.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--every", "now and then", "--do", "run"], "no rule"),
        (["--every", "hour", "--do", "monitor"], "Which rows"),
        (["--every", "hour"], "not said"),
        (["--every", "hour", "--do", "run", "--zone", "Mars/Olympus"], "no time zone"),
        (
            ["--every", "hour", "--do", "monitor", "--current", "postgresql://a:hunter2@db/t"],
            "password",
        ),
    ],
)
def test_a_wrong_schedule_is_refused(
    mll: Run, finished: Workspace, words: list[str], said: str
) -> None:
    refusal = refused(mll("schedule", "add", "customers", *words))
    assert said in refusal
    assert "hunter2" not in refusal
    assert finished.project("customers").schedules.all() == ()
