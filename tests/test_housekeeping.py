import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import projects
import pytest

from mll_core import doctor, housekeeping
from mll_core.cli import main
from mll_core.domain.errors import NoRoom, NotReady, Untrusted
from mll_core.domain.identity import Actor
from mll_core.domain.job import JobStatus
from mll_core.infra import events
from mll_core.infra import jobs as jobs_module
from mll_core.infra.tables import EVENTS
from mll_core.workspace import Workspace

LONG_AGO = time.time() - 10 * housekeeping.GRACE


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def workspace(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """One project that has collected its data; the catalog is in one and then in the other."""
    home = tmp_path_factory.mktemp("housekeeping")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "postgres":
            patch.setenv("MLL_DATABASE_URL", request.getfixturevalue("postgres").new())
        made = Workspace.open(home / "home", actor="ana")
        made.create_project("Customers", str(projects.csv(home)), target="left")
        yield made
        made.database.close()


def aged(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def orphan(workspace: Workspace, content: bytes) -> Path:
    store = workspace.objects
    path = store.path(store.keep(aged(store.new(), content)))
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def everything(workspace: Workspace) -> set[Path]:
    return {path for path in workspace.home.rglob("*") if path.is_file()}


def test_what_nobody_names_is_swept_and_what_is_named_stays(workspace: Workspace) -> None:
    for path in workspace.home.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    housekeeping.sweep(workspace)
    before = everything(workspace)
    left = [
        aged(workspace.home / "tmp" / "half.parquet"),
        aged(workspace.home / f".catalog.anchor.{'0' * 32}"),
        aged(workspace.home / "projects" / "customers" / f".project.yaml.{'a' * 32}"),
        aged(workspace.home / "uploads" / "ab" / "big.csv.part"),
        aged(workspace.home / "models" / f"{'b' * 64}.skops"),
        orphan(workspace, b"nobody names me"),
    ]
    young = workspace.home / "tmp" / "young.parquet"
    young.write_bytes(b"x")
    assert set(housekeeping.leftovers(workspace)) == set(left)
    found = doctor.examine(str(workspace.home))
    assert "6, swept when the worker starts" in [line.said for line in found.lines]
    assert all(path.exists() for path in left)
    swept = housekeeping.sweep(workspace)
    assert (swept.temporaries, swept.half_written, swept.orphans) == (1, 3, 2)
    assert swept.freed == len(b"x") + len(b"nobody names me")
    assert everything(workspace) == before | {young}


def test_a_folder_that_killed_work_left_is_swept_and_breaks_nothing(workspace: Workspace) -> None:
    left = aged(workspace.home / "tmp" / "tmpabc" / "objects" / "ab" / "rows.parquet").parents[2]
    fresh = workspace.home / "tmp" / "tmpdef"
    fresh.mkdir()
    for path in (left, *left.rglob("*"), fresh):
        os.utime(path, (LONG_AGO, LONG_AGO))
    (fresh / "rows.parquet").write_bytes(b"x")
    assert housekeeping.sweep(workspace).temporaries >= 1
    assert not left.exists()
    assert fresh.exists()
    shutil.rmtree(fresh)


def test_uploads_and_added_rows_are_kept_as_long_as_something_names_them(
    workspace: Workspace,
) -> None:
    name = f"{'7' * 12}"
    kept, lost = (aged(workspace.home / "uploads" / n / "t.csv") for n in (name, "8" * 12))
    part = aged(workspace.home / "additions" / "tmp" / "half.parquet")
    added = aged(workspace.home / "additions" / "objects" / "ab" / f"{'9' * 64}.parquet")
    workspace.project("customers").edit("brief.decision", f"Look at {kept}.")
    housekeeping.sweep(workspace)
    assert kept.exists()
    assert not part.exists()
    assert not added.exists()
    assert not lost.parent.exists()
    workspace.project("customers").edit("brief.decision", f"Look at {added}.")
    aged(added)
    housekeeping.sweep(workspace)
    assert added.exists()
    shutil.rmtree(workspace.home / "additions")


def test_on_a_full_disk_the_sweep_makes_room_before_it_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = orphan(workspace, b"in the way")

    def full() -> int:
        raise NoRoom("The disk of the catalog is full.", hint="Free some space.")

    monkeypatch.setattr(workspace.jobs, "recover", full)
    with pytest.raises(NoRoom):
        housekeeping.sweep(workspace)
    assert not path.exists()


def test_while_a_job_runs_what_was_written_since_is_left_to_it(workspace: Workspace) -> None:
    path = orphan(workspace, b"written by a job")
    assert path in housekeeping.orphans(workspace)
    job = workspace.jobs.submit("customers", "run", {"until": "train"})
    claim = workspace.jobs.claim()
    assert claim
    os.utime(path)
    assert housekeeping.orphans(workspace, grace=-1) == []
    workspace.jobs.finish(claim, JobStatus.DONE, "Done.")
    assert workspace.jobs.get(job.id).status is JobStatus.DONE
    assert housekeeping.orphans(workspace, grace=-1) == [path]


def test_an_object_that_is_stored_again_is_young_again(workspace: Workspace) -> None:
    path = orphan(workspace, b"twice")
    assert path in housekeeping.orphans(workspace)
    workspace.objects.keep(aged(workspace.objects.new(), b"twice"))
    assert path not in housekeeping.orphans(workspace)


def test_a_dead_workers_job_is_given_back(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "LEASE", -1.0)
    job = workspace.jobs.submit("customers", "run", {"dead": True})
    assert workspace.jobs.claim()
    assert housekeeping.sweep(workspace).jobs == 1
    assert workspace.jobs.get(job.id).status is JobStatus.QUEUED
    workspace.jobs.stop(job.id)


def test_a_file_that_a_crash_left_old_is_the_newest_version_again(workspace: Workspace) -> None:
    project = workspace.project("customers")
    before = project.path.read_text()
    project.edit("brief.question", "Who stays?")
    newest = project.path.read_text()
    project.path.write_text(before)
    os.utime(project.path, (LONG_AGO, LONG_AGO))  # as if the writer had been killed
    assert housekeeping.sweep(workspace).documents == 1
    assert project.path.read_text() == newest
    by_hand = newest.replace("Who stays?", "Who goes?")
    project.path.write_text(by_hand)
    assert housekeeping.sweep(workspace).documents == 0
    assert project.path.read_text() == by_hand
    project.path.write_text(newest)


def test_an_anchor_that_a_crash_left_behind_is_moved_on(workspace: Workspace) -> None:
    anchor = workspace.database.anchor
    behind = anchor.path.read_bytes()
    workspace.project("customers").edit("brief.question", "Was this line anchored?")
    head = anchor.read()
    anchor.path.write_bytes(behind)
    assert anchor.read() != head
    housekeeping.sweep(workspace)
    assert anchor.read() == head
    assert events.first_broken(workspace.database) is None


def said_of_the_log(workspace: Workspace) -> list[tuple[str, str]]:
    return [(line.mark, line.said) for line in doctor._event_log(workspace)]


def test_a_log_without_its_anchor_is_said_until_an_admin_goes_on_with_it(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    last = events.read(workspace.database, None, 1)[0].number
    with workspace.database.write() as connection:
        connection.execute(EVENTS.delete().where(EVENTS.c.number > last - 3))
    workspace.database.anchor.path.unlink()
    workspace.project("customers").edit("brief.question", "Does the log go on?")
    before = everything(workspace)
    for _ in range(2):
        ((mark, said),) = said_of_the_log(workspace)
        assert mark == "problem"
        assert f"lines from {last - 1} on may be gone" in said
        with pytest.raises(Untrusted, match="nothing was swept"):
            housekeeping.sweep(workspace, grace=-1.0)
    assert everything(workspace) == before
    assert main(["doctor", "--home", str(workspace.home), "--quick", "--accept-log", "moved"]) == 0
    assert (
        f"went on at line {last - 1}: lines before it may be gone. moved" in capsys.readouterr().out
    )
    assert [mark for mark, _ in said_of_the_log(workspace)] == ["ok", "note"]
    assert events.read(workspace.database, None, 1)[0].kind == events.ACCEPTED
    housekeeping.sweep(workspace)
    with pytest.raises(NotReady, match="fits the log"):
        housekeeping.accept_log(workspace, "again")


def test_a_restored_catalog_is_accepted_a_changed_line_never(workspace: Workspace) -> None:
    last = events.read(workspace.database, None, 1)[0].number
    line = EVENTS.update().where(EVENTS.c.number == 2)
    with workspace.database.write() as connection:
        connection.execute(EVENTS.delete().where(EVENTS.c.number > last - 3))
    assert said_of_the_log(workspace)[0][0] == "problem"
    told = housekeeping.accept_log(workspace, "restored from Monday").detail
    assert told["noted"]["number"] == last
    assert events.first_broken(workspace.database) is None
    with workspace.database.write() as connection:
        connection.execute(line.values(actor="eve"))
    with pytest.raises(Untrusted, match=r"Line 2 .* is not accepted"):
        housekeeping.accept_log(workspace, "please")
    with workspace.database.write() as connection:
        connection.execute(line.values(actor="ana"))


def test_a_catalog_that_does_not_know_the_folder_deletes_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLL_DATABASE_URL", raising=False)
    home = projects.finished(tmp_path).home
    for path in home.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    before = everything(Workspace(home, Actor(name="ana")))
    other = Workspace.open(tmp_path / "other", actor="ana")
    other.create_project("Other", str(projects.csv(tmp_path)))
    monkeypatch.setenv("MLL_DATABASE_URL", f"sqlite:///{tmp_path / 'other' / 'catalog.db'}")
    with pytest.raises(Untrusted, match="nothing was swept"):
        housekeeping.sweep(Workspace.open(home, actor="ana"))
    monkeypatch.setenv("MLL_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(Untrusted, match="is not where it is looked for"):
        Workspace.open(home, actor="ana")
    (home / "catalog.anchor").unlink()
    with pytest.raises(Untrusted, match="nothing was swept"):
        housekeeping.sweep(Workspace.open(home, actor="ana"))
    assert everything(Workspace(home, Actor(name="ana"))) >= before - {home / "catalog.anchor"}
