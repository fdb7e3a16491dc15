"""Writes about people and the house: accounts, roles, tokens, schedules, secrets, caches, erasures.

Each is (room, mark) -> what is acknowledged, and has a way to tell whether it is still there.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import projects
import pyarrow.parquet as pq
from argon2 import PasswordHasher
from promises.room import PEOPLE, SLUG, Room

from mll_core import housekeeping
from mll_core.domain.errors import MllError
from mll_core.domain.identity import Actor, Role
from mll_core.domain.schedule import Rule
from mll_core.domain.secret import Secret
from mll_core.domain.subject import Subject
from mll_core.infra import passwords, sealed, warehouse
from mll_core.infra.job_logs import JobLogs
from mll_core.infra.secret_store import SecretStore
from mll_core.infra.tables import JOB_LOGS, SESSIONS
from mll_core.infra.timetable import Timetable
from mll_core.workspace import Workspace

BOB = Actor(name="bob", kind="account")
HOST = "db.example.org"
PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""How well a password is hashed is no matter of crashes."""


def furnish(workspace: Workspace) -> None:
    """What these writes need: somebody who can sign in, and people to be forgotten."""
    passwords.HASHER = QUICK
    workspace.accounts.create(BOB.name, PASSWORD)
    file = projects.csv(workspace.home, rows=40, seed=1)
    workspace.create_project("People", str(file), target="left", settings=projects.CHEAP)


def _account(room: Room, mark: str) -> dict[str, Any]:
    passwords.HASHER = QUICK
    return {"name": room.workspace.accounts.create(mark, PASSWORD).name}


def _role(room: Room, mark: str) -> dict[str, Any]:
    return {"who": room.workspace.members.give(f"{mark}@example.org", Role.VIEWER, SLUG).account}


def _token(room: Room, mark: str) -> dict[str, Any]:
    return {"token": room.workspace.tokens.create(SLUG, SLUG, label=mark)}


def _session(room: Room, _: str) -> dict[str, Any]:
    return {"token": room.workspace.accounts.open_session(BOB)}


def _schedule(room: Room, mark: str) -> dict[str, Any]:
    timetable, actor = Timetable(room.workspace.database), room.workspace.actor
    return {"id": timetable.add(SLUG, "run", {"mark": mark}, Rule(every="day"), actor).id}


def _job_log(room: Room, mark: str) -> dict[str, Any]:
    JobLogs(room.workspace.database).keep(mark, f"{mark} was here")
    return {}


def _secret(room: Room, mark: str) -> dict[str, Any]:
    _secrets(room.workspace.home).keep(mark, Secret(f"canary {mark}"), HOST)
    return {}


def _sealed(room: Room, mark: str) -> dict[str, Any]:
    workspace = room.workspace
    data = workspace.project(PEOPLE).results.data()
    assert data
    versions = sealed.Versions(raw=data.sha256, prepared=mark)
    path = sealed.sealed(workspace.home, workspace.objects, versions)
    return {"path": str(path)}


def _erase(room: Room, _: str) -> dict[str, Any]:
    """One more of the people is forgotten."""
    erasure = room.workspace.project(PEOPLE).erasure
    person = f"C1{len(erasure.all()):05d}"
    return {"id": erasure.erase(Subject.of([f"customer_id={person}"])).id, "person": person}


OPERATIONS: dict[str, Callable[[Room, str], dict[str, Any]]] = {
    "account": _account,
    "role": _role,
    "token": _token,
    "session": _session,
    "schedule": _schedule,
    "job_log": _job_log,
    "secret": _secret,
    "sealed": _sealed,
    "erase": _erase,
}
FINISHED_LATER = {"erase": housekeeping.sweep}
"""Writes of many steps: begun once, the next start does the rest, and then it is done."""


def kept(workspace: Workspace, ack: dict[str, Any]) -> bool:
    """Whether what was acknowledged is still there."""
    mark = ack["mark"]
    return {
        "account": lambda: ack["name"] in {a.name for a in workspace.accounts.all()},
        "role": lambda: ack["who"] in {m.account for m in workspace.members.all(SLUG)},
        "token": lambda: workspace.tokens.valid(SLUG, ack["token"]) is not None,
        "session": lambda: workspace.accounts.actor_of(ack["token"]) is not None,
        "schedule": lambda: ack["id"] in _schedules(workspace),
        "job_log": lambda: JobLogs(workspace.database).of(mark) == f"{mark} was here",
        "secret": lambda: _secrets(workspace.home).reveal(mark, HOST).reveal() == f"canary {mark}",
        "sealed": lambda: _whole_or_forgotten(workspace, Path(ack["path"])),
        "erase": lambda: ack["person"] not in _people(workspace),
    }[ack["op"]]()


def _whole_or_forgotten(workspace: Workspace, path: Path) -> bool:
    """A sealed file can be made again from what it was made of, so an erasure forgets them all."""
    if path.exists():
        return warehouse.is_whole(path, read=True)
    return bool(workspace.project(PEOPLE).erasure.all())


def held(workspace: Workspace) -> dict[str, Any]:
    """All of it, in words that do not depend on time or chance."""
    rows = workspace.database.rows
    return {
        "accounts": [account.name for account in workspace.accounts.all()],
        "roles": [(m.project, m.account, m.role.value) for m in workspace.members.all()],
        "tokens": [token.label for token in workspace.tokens.all()],
        "sessions": len(rows(SESSIONS.select())),
        "schedules": len(_schedules(workspace)),
        "job logs": sorted(row["text"] for row in rows(JOB_LOGS.select())),
        "secrets": list(_secrets(workspace.home).names()),
        "sealed": len(list((workspace.home / "sealed").glob("*.duckdb"))),
        "people": sorted(_people(workspace)),
        "tombstones": [bool(t.finished) for t in workspace.project(PEOPLE).erasure.all()],
    }


def faults(workspace: Workspace) -> list[str]:
    """What is torn."""
    caches = (workspace.home / "sealed").glob("*.duckdb")
    found = [f"torn: {p.name}" for p in caches if not warehouse.is_whole(p, read=True)]
    for name in (secrets := _secrets(workspace.home)).names():
        try:
            secrets.reveal(name, HOST)
        except MllError as error:
            found.append(f"the secret {name}: {error}")
    found += [
        "an erasure was begun and is not finished"
        for tombstone in workspace.project(PEOPLE).erasure.all()
        if not tombstone.finished
    ]
    return found


def _people(workspace: Workspace) -> set[str]:
    data = workspace.project(PEOPLE).results.data()
    assert data
    column = pq.read_table(workspace.objects.path(data.sha256), columns=["customer_id"]).column(0)
    return set(column.to_pylist())


def _schedules(workspace: Workspace) -> set[str]:
    return {s.id for s in Timetable(workspace.database).of(SLUG, workspace.actor)}


def _secrets(home: Path) -> SecretStore:
    return SecretStore(home / "keys")
