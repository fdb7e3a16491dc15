"""Who may do what: every method of the facade against every role, and what is left behind."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sql
from projects import csv
from test_facade_contract import classes, functions, methods

from mll_core import child
from mll_core.domain.errors import Forbidden, NotFound
from mll_core.domain.identity import Actor, Permission, Role, permissions
from mll_core.domain.job import JobStatus
from mll_core.infra import events
from mll_core.infra.database import now
from mll_core.infra.guard import declared
from mll_core.infra.tables import ACCOUNTS, EVENTS, MEMBERS, METADATA
from mll_core.project import Project
from mll_core.workspace import Workspace

ROLES: dict[str, Role | None] = {"none": None, **{role.value: role for role in Role}}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rights")
    workspace = Workspace.open(folder / "home", actor="root")
    for name in ("churn", "fraud"):
        workspace.create_project(name, str(csv(folder)), target="left")
    with workspace.database.write() as connection:
        for name, role in ROLES.items():
            connection.execute(ACCOUNTS.insert().values(name=name, created=now()))
            if role is not None:
                row = {"project": "churn", "account": name, "role": role.value}
                connection.execute(MEMBERS.insert().values(row))
        connection.execute(ACCOUNTS.insert().values(name="other", created=now()))
        row = {"project": "fraud", "account": "other", "role": "admin"}
        connection.execute(MEMBERS.insert().values(row))
    return workspace.home


def account(home: Path, name: str) -> Workspace:
    return Workspace.open(home, actor=Actor(name=name, kind="account"))


Command = tuple[str, Permission, str | None, Callable[[], Any]]


def parts(value: Any, seen: dict[type, Any], doors: set[type]) -> dict[type, Any]:
    """Every object of the facade that can be had from this one."""
    if type(value) in doors and type(value) not in seen:
        seen[type(value)] = value
        for part in vars(value).values():
            parts(part, seen, doors)
    return seen


def commands(
    workspace: Workspace,
) -> Iterator[Command]:
    """Every declared method: its name, what it needs, in which project, and a bare call of it."""
    project = Project(workspace.rooms, "churn")
    objects = parts(project, parts(workspace, {}, set(classes())), set(classes()))
    assert set(objects) == set(classes()) - {cls for cls in classes() if not any_declared(cls)}
    for cls, value in objects.items():
        for name, method in methods(cls):
            if permission := declared(method):
                where = None if cls is Workspace else "churn"
                yield f"{cls.__name__}.{name}", permission, where, call(value, name, method)
    for name, function in functions():
        permission = declared(function)
        assert permission
        given = next(iter(inspect.signature(function).parameters.values())).annotation
        whole = getattr(given, "__name__", given) == "Workspace"
        where = None if whole else "churn"
        yield name, permission, where, lambda f=function, w=whole: f(workspace if w else project)


def any_declared(cls: type) -> bool:
    return any(declared(method) for _, method in methods(cls))


def call(value: Any, name: str, method: Any) -> Callable[[], Any]:
    if inspect.isfunction(method):
        bound: Callable[[], Any] = getattr(value, name)
        return bound
    return lambda: getattr(value, name)


def catalog(workspace: Workspace) -> dict[str, list[Any]]:
    """All that is in the catalog, but the log."""
    with workspace.database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sql.select(table))]
            for table in METADATA.sorted_tables
            if table is not EVENTS
        }


def lines(workspace: Workspace) -> list[str]:
    return [event.kind for event in reversed(events.read(workspace.database, None, 100_000))]


@pytest.mark.parametrize("name", [*ROLES, "other"])
def test_what_a_role_does_not_allow_is_refused_changes_nothing_and_is_logged(
    home: Path, name: str
) -> None:
    workspace = account(home, name)
    before, told = catalog(workspace), len(lines(workspace))
    held = ROLES.get(name)
    allowed = permissions(held) if held else frozenset()
    refused = 0
    for command, permission, where, act in commands(workspace):
        if permission in allowed and where == "churn":
            continue
        with pytest.raises(Forbidden, match=rf"{name} \(.*\) may not"):
            act()
        refused += 1
        assert lines(workspace)[told:] == ["access.refused"] * refused, command
    assert refused >= 2
    assert catalog(workspace) == before


def done(workspace: Workspace, act: Callable[[Project], object]) -> list[str]:
    """What stands in the log when this was done."""
    told = len(lines(workspace))
    act(workspace.project("churn"))
    return lines(workspace)[told:]


@pytest.mark.parametrize(
    ("name", "act", "left"),
    [
        ("viewer", lambda p: p.states(), []),
        ("viewer", lambda p: p.history.versions(), []),
        ("analyst", lambda p: p.edit("brief.question", "Who leaves?"), ["document.saved"]),
        ("analyst", lambda p: p.submit("run", until="prepare"), ["job.queued"]),
        ("approver", lambda p: p.sign_off("A", "head"), ["document.saved", "brief.signed_off"]),
        ("admin", lambda p: p.sign_off("B", "head"), ["document.saved", "brief.signed_off"]),
    ],
)
def test_what_is_allowed_leaves_exactly_its_lines(
    home: Path, name: str, act: Callable[[Project], object], left: list[str]
) -> None:
    workspace = account(home, name)
    assert done(workspace, act) == left
    newest = events.read(workspace.database, None, 1)[0]
    assert not left or (newest.actor, newest.project) == (name, "churn")


def test_a_sign_off_needs_an_approver_by_whatever_door_it_comes(home: Path) -> None:
    project = account(home, "analyst").project("churn")
    newest = project.history.newest()
    entry = {"by": "Boss", "role": "head", "at": "2026-01-01T00:00:00.000+00:00"}
    with pytest.raises(Forbidden, match=r"analyst \(analyst\) may not sign off"):
        project.history.append("brief.sign_offs", entry)
    assert project.history.newest() == newest


def test_others_projects_are_not_there(home: Path) -> None:
    root = Workspace.open(home, actor="root")
    job = root.project("churn").submit("run", until="collect")
    other = account(home, "other")
    assert [summary.slug for summary in other.projects()] == ["fraud"]
    for slug in ("churn", "chrun", "nothing"):
        with pytest.raises(NotFound) as missing:
            other.project(slug)
        assert "churn" not in missing.value.hint
    with pytest.raises(NotFound):
        other.jobs.get(job.id)
    assert other.jobs.of() == ()
    assert other.jobs.of("churn") == ()
    assert other.events("churn") == ()
    assert {event.project for event in other.events()} == {"fraud"}
    assert {event.project for event in account(home, "viewer").events()} == {"churn"}
    assert account(home, "none").projects() == ()
    assert account(home, "none").events() == ()
    with pytest.raises(NotFound):
        other.project(str(root.project("churn").path))
    with pytest.raises(Forbidden, match="may not act for somebody else"):
        other.on_behalf_of("root")


def test_who_acts_for_somebody_else_does_it_over_the_same_connections(home: Path) -> None:
    root = Workspace.open(home, actor="root")
    viewer = root.on_behalf_of(Actor(name="viewer", kind="account"))
    assert viewer.database is root.database
    assert viewer.actor.name == "viewer"
    with pytest.raises(Forbidden):
        viewer.project("churn").submit("run")


def test_an_account_brings_its_files_and_reads_no_other(home: Path) -> None:
    root = Workspace.open(home, actor="root")
    with root.database.write() as connection:
        connection.execute(ACCOUNTS.insert().values(name="maker", created=now()))
        row = {"project": "*", "account": "maker", "role": "analyst"}
        connection.execute(MEMBERS.insert().values(row))
    maker = account(home, "maker")
    told = len(lines(maker))
    for source in ("/etc/passwd", "/etc/nothing.csv", "sqlite:////etc/x.db", f"{home}/catalog.db"):
        with pytest.raises(Forbidden, match="may not read files of the machine"):
            maker.create_project("Stolen", source)
    assert lines(maker)[told:] == ["access.refused"] * 4
    uploads = home / "uploads" / "0123456789ab"
    uploads.mkdir(parents=True)
    made = maker.create_project("Mine", str(csv(uploads)), target="left")
    assert made.results.data()
    version = made.history.newest().version
    for path in ("data.source", "data.additions"):
        stolen: Any = "/etc/passwd" if path == "data.source" else ["/etc/passwd"]
        with pytest.raises(Forbidden, match="may not read files"):
            made.edit(path, stolen)
    assert made.history.newest().version == version
    with pytest.raises(Forbidden, match="may not read files"):
        made.deployment.read_like_training("/etc/passwd", home / "tmp")
    for kind, rows in (("monitor", "current"), ("retrain", "labels")):
        with pytest.raises(Forbidden, match="may not read files"):
            made.submit(kind, **{"current": "sample:churn", rows: "/etc/passwd"})
        with pytest.raises(Forbidden, match="may not read files"):
            made.schedules.add(kind, "every day", "UTC", current="/etc/*.csv")
    assert made.jobs() == made.schedules.all() == ()


def test_work_is_done_with_the_rights_its_author_has_when_it_runs(home: Path) -> None:
    job = account(home, "analyst").project("churn").submit("monitor", current="sample:churn")
    root = Workspace.open(home, actor="root")
    mine = (MEMBERS.c.account == "analyst") & (MEMBERS.c.project == "churn")
    with root.database.write() as connection:
        connection.execute(MEMBERS.update().where(mine).values(role="viewer"))
    while (claim := root.jobs.claim()) is not None:
        if claim.job.id == job.id:
            assert child.perform(home, job.id, claim.token) == 0
        else:
            root.jobs.finish(claim, JobStatus.STOPPED, "Not of this test.")
    found = root.jobs.get(job.id)
    assert (found.status, found.author_kind) == (JobStatus.FAILED, "account")
    assert found.message == "analyst (viewer) may not run work in the project 'churn'."
    assert [event.kind for event in events.read(root.database, "churn", 2)] == [
        "job.failed",
        "access.refused",
    ]


def test_what_is_written_into_the_file_by_hand_is_not_said_to_be_an_accounts(home: Path) -> None:
    root = Workspace.open(home, actor="root")
    path = root.project("fraud").path
    path.write_text(path.read_text().replace("question: ''", "question: Who?") + "# by hand\n")
    other = account(home, "other").project("fraud")
    other.history.take_hand_edits()
    assert other.history.newest().author == "by hand"
