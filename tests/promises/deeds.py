"""What the processes of a crew do: every kind of write the workbench knows, and looking after."""

import asyncio
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import projects
import pyarrow as pa
import pyarrow.parquet as pq
import serving_samples
import sklearn.ensemble
import skops.io
import sqlalchemy as sql
from promises import erasing, house_deeds
from promises.crew import disk
from promises.room import SLUG, Room
from proving import waited
from starlette.requests import Request

from mll_core import housekeeping
from mll_core.domain.connector import ReadOptions
from mll_core.domain.document import SignOff
from mll_core.domain.errors import Conflict, NoRoom
from mll_core.domain.job import JobStatus
from mll_core.domain.serving import LoggedRequest, ModelVersion, Prediction
from mll_core.infra import events, files, jobs, retries
from mll_core.infra.artefacts import Artefact
from mll_core.infra.jobs import Claim
from mll_core.infra.prediction_log import PredictionLog, folder_of, new_request_id
from mll_core.infra.tables import ALIASES, ARTEFACTS, DOCUMENTS, JOBS, MODELS
from mll_core.stages import collect
from mll_core.workspace import Workspace
from pages._ui.server.upload_route import upload, upload_token

READY = (skops.io, sklearn.ensemble)
"""Imported once, before the fork, rather than in every process that is going to be killed."""


def build(home: str) -> None:
    workspace = Workspace.open(home, actor="ana")
    data = projects.csv(Path(home), rows=60)
    project = workspace.create_project("Customers", str(data), target="left")
    sha256 = workspace.models.save(serving_samples.model(n=120), {"mark": "base"})
    (Path(home) / "base.model").write_text(sha256)
    room = Room(workspace, project)
    for operation in (register, _promote):
        operation(room, "base")
    workspace.jobs.submit(SLUG, "run", {"mark": "base"})
    house_deeds.furnish(workspace)
    upload_token(Path(home))
    workspace.database.close()


# --- every kind of write: (room, mark) -> what is acknowledged ---


def _table(room: Room, mark: str) -> tuple[str, int]:
    rows = 50 + len(mark) * 13
    temporary = room.workspace.objects.new()
    table = pa.table({"mark": [mark] * rows, "n": list(range(rows))})
    with files.disk_errors(temporary.parent):
        pq.write_table(table, temporary)
    return room.workspace.objects.keep(temporary), rows


def _data(room: Room, mark: str) -> dict[str, Any]:
    sha256, rows = _table(room, mark)
    artefact = Artefact(
        project=SLUG,
        stage="prepare",
        fingerprint=sha256,
        inputs=mark,
        document_version=1,
        data_version=sha256,
        value={"rows": rows},
    )
    room.project.artefacts.add(artefact, "prepare.done", mark=mark)
    return {"sha256": sha256, "rows": rows}


def _document(room: Room, mark: str) -> dict[str, Any]:
    room.project.edit("brief.question", mark)
    return {"version": room.project.history.newest().version}


def _submit(room: Room, mark: str) -> dict[str, Any]:
    return {"id": room.workspace.jobs.submit(SLUG, "run", {"mark": mark}).id}


def _claim(room: Room, mark: str) -> dict[str, Any]:
    claim = room.workspace.jobs.claim()
    assert claim
    return {"id": claim.job.id, "token": claim.token}


def _finish(room: Room, mark: str) -> dict[str, Any]:
    done = {"mark": mark}
    claim = room.workspace.jobs.claim()
    if claim is None:
        submitted = _submit(room, mark)["id"]
        claim = room.workspace.jobs.claim()
        assert claim
        assert submitted == claim.job.id
    room.workspace.jobs.report(claim, 0.5, "Half way", {"mark": "half"})
    room.workspace.jobs.finish(claim, JobStatus.DONE, "Done.", result=done)
    return {"id": claim.job.id, "result": done}


def register(room: Room, mark: str) -> dict[str, Any]:
    sha256 = hashlib.sha256(mark.encode()).hexdigest()
    version = room.project.registry.register(
        ModelVersion(
            project=SLUG,
            number=0,
            run_id=mark,
            model=mark,
            sha256=sha256,
            data_version=sha256,
            document_version=1,
        )
    )
    return {"number": version.number}


def _approve(room: Room, mark: str) -> dict[str, Any]:
    number = room.project.registry.versions()[0].number
    sign_off = SignOff(by=mark, role="head", at="", note="")
    return {"approvals": len(room.project.registry.approve(number, sign_off).approvals)}


def _promote(room: Room, mark: str) -> dict[str, Any]:
    number = room.project.registry.versions()[0].number
    return {"number": room.project.registry.promote(number, needs_approval=False).number}


def _model(room: Room, mark: str) -> dict[str, Any]:
    base = (room.workspace.home / "base.model").read_text()
    fitted = room.workspace.models.load(base)
    return {"sha256": room.workspace.models.save(fitted, {"mark": mark})}


def _log(room: Room, mark: str) -> dict[str, Any]:
    if room.log is None:
        room.log = PredictionLog(folder_of(room.workspace.home, SLUG))
    request = LoggedRequest(
        request_id=new_request_id(),
        at="2026-01-01T00:00:00",
        version=1,
        records=({"mark": mark},),
        predictions=(Prediction(prediction="yes"),),
        scores=(0.5,),
    )
    room.log.put(request)
    assert room.log.flush()
    if room.log.failed:
        raise NoRoom("Not logged, and counted.", hint="Shown on the Monitor page.")
    return {"id": request.request_id}


def _upload(room: Room, mark: str) -> dict[str, Any]:
    home = room.workspace.home
    os.environ["MLL_HOME"] = str(home)
    content = mark.encode() * 20_000
    chunks = [content[i : i + 65_536] for i in range(0, len(content), 65_536)]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    scope = {
        "type": "http",
        "method": "PUT",
        "headers": [(b"x-upload-token", upload_token(home).encode())],
        "query_string": b"",
        "path_params": {"name": f"{mark}.csv"},
    }
    answer = json.loads(asyncio.run(upload(Request(scope, receive))).body)
    if "error" in answer:
        raise NoRoom(answer["error"], hint="Free some space.")
    return {"path": answer["path"], "sha256": hashlib.sha256(content).hexdigest()}


def _key(room: Room, mark: str) -> dict[str, Any]:
    path = room.workspace.home / f"{mark}.key"
    files.write_new(path, mark, mode=0o600)
    return {"path": str(path), "sha256": hashlib.sha256(mark.encode()).hexdigest()}


def _take(room: Room, _: str) -> None:
    room.claim = room.workspace.jobs.claim()


def _only_finish(room: Room, mark: str) -> dict[str, Any]:
    assert room.claim
    room.workspace.jobs.finish(room.claim, JobStatus.DONE, "Done.", result={"mark": mark})
    return {"id": room.claim.job.id}


def _collect(room: Room, mark: str) -> dict[str, Any]:
    source = room.workspace.home / "customers_0.csv"
    version = collect.ingest(str(source), ReadOptions(), room.workspace.objects)
    return {"sha256": version.sha256, "rows": version.rows}


OPERATIONS: dict[str, Callable[[Room, str], dict[str, Any]]] = {
    "document": _document,
    "data": _data,
    "submit": _submit,
    "finish": _finish,
    "register": register,
    "approve": _approve,
    "promote": _promote,
    "model": _model,
    "log": _log,
    "upload": _upload,
    "key": _key,
    "collect": _collect,
    **house_deeds.OPERATIONS,
}
SINGLE = {**OPERATIONS, "claim": _claim, "finish": _only_finish}
"""Kinds of write that are one transaction each, or finished at the next start."""
PREPARED = {"finish": _take}
ONLY_PREPARE = -1
MOST = 2_000


# --- promise 1 ---


def write(
    home: str, acks: str, seed: int, names: list[str], point: str = "", nth: int = 0
) -> dict[str, Any]:
    """One write after the other, each acknowledged before the next.

    In the last one the process dies the ``nth`` time it passes ``point``, or at the ``nth`` request
    to the disk. Gives back what each write passed and how often it asked for something.
    """
    room, said = Room.at(home), {}
    descriptor = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    shim = disk()
    for part, name in enumerate(names):
        mark = f"{name.replace('_', '-')}-{seed}-{part}"
        armed = nth if part == len(names) - 1 else 0
        before = Counter(files.PASSED)
        if shim:
            shim.mll_arm(home.encode(), 3 if armed and not point else 0, armed, 0)
        if armed and point:
            os.environ["MLL_CRASH_AT"] = f"{point}:{before[point] + armed}"
        ack = {"op": name, "mark": mark, **OPERATIONS[name](room, mark)}
        os.write(descriptor, (json.dumps(ack) + "\n").encode())
        passed = dict(Counter(files.PASSED) - before)
        said[name] = {"passed": passed, "requests": shim.mll_passed() if shim else 0}
    return said


def once(home: str, name: str, mark: str) -> dict[str, Any]:
    """One write; what it acknowledges."""
    return SINGLE[name](Room.at(home), mark)


def verify(home: str, acks: str) -> dict[str, Any]:
    """Open what a killed process left, put it in order, and look for what is lost or torn."""
    started, worked, idle = time.monotonic(), time.process_time(), waited()
    workspace = Workspace.open(home, actor="ana")
    housekeeping.sweep(workspace)
    broken = events.first_broken(workspace.database)
    intact = workspace.database.intact()
    seconds, work = time.monotonic() - started, time.process_time() - worked
    seconds -= waited() - idle
    faults = [f"event log broken at {broken}"] if broken is not None else []
    faults += [f"catalog: {intact}"] if intact else []
    told = Path(acks).read_text().splitlines() if Path(acks).exists() else []
    acknowledged = [json.loads(line) for line in told]
    facts = _facts(workspace)
    faults += [f"lost: {ack}" for ack in acknowledged if not _kept(workspace, facts, ack)]
    faults += [
        f"torn: {sha256}" for sha256 in facts["objects"] if not workspace.objects.intact(sha256)
    ]
    newest = workspace.project(SLUG).history.newest().text
    if workspace.rooms.projects.path(SLUG).read_text() != newest:
        faults.append("the document's file is not the newest version")
    faults += house_deeds.faults(workspace)
    faults += [f"job {row}" for row in facts["jobs"].values() if row["status"] not in STATES]
    return {"seconds": seconds, "work": work, "faults": faults, "acknowledged": len(acknowledged)}


STATES = {"queued", "running", "done"}


def _facts(workspace: Workspace) -> dict[str, Any]:
    rows = workspace.database.rows
    logged: set[str] = set()
    for path in folder_of(workspace.home, SLUG).glob("*.db"):
        with closing(sqlite3.connect(path)) as day:
            if day.execute("SELECT 1 FROM sqlite_master WHERE name = 'request'").fetchone():
                logged.update(row[0] for row in day.execute("SELECT request_id FROM request"))
    artefacts = rows(sql.select(ARTEFACTS))
    return {
        "objects": {row["data_version"] for row in artefacts if row["data_version"]},
        "inputs": {r["inputs"]: r["data_version"] for r in artefacts if r["project"] == SLUG},
        "documents": {
            row["version"]: row["text"]
            for row in rows(sql.select(DOCUMENTS).where(DOCUMENTS.c.project == SLUG))
        },
        "jobs": {row["id"]: row for row in rows(sql.select(JOBS))},
        "models": {row["number"]: row["value"]["run_id"] for row in rows(sql.select(MODELS))},
        "champions": [row["number"] for row in rows(sql.select(ALIASES))],
        "logged": logged,
    }


def _kept(workspace: Workspace, facts: dict[str, Any], ack: dict[str, Any]) -> bool:
    kind, mark = ack["op"], ack["mark"]
    if kind in house_deeds.OPERATIONS:
        return house_deeds.kept(workspace, ack)
    if kind == "data":
        path = workspace.objects.path(ack["sha256"])
        same = facts["inputs"].get(mark) == ack["sha256"]
        return same and pq.read_metadata(path).num_rows == ack["rows"]
    if kind == "finish":
        job = facts["jobs"][ack["id"]]
        return (job["status"], job["result"]) == ("done", ack["result"])
    if kind == "approve":
        approvals = [v.approvals for v in workspace.project(SLUG).registry.versions()]
        return any(mark == sign_off.by for signed in approvals for sign_off in signed)
    known = {
        "collect": lambda: workspace.objects.intact(ack["sha256"]),
        "upload": lambda: files.sha256_of(Path(ack["path"])) == ack["sha256"],
        "key": lambda: files.sha256_of(Path(ack["path"])) == ack["sha256"],
        "model": lambda: workspace.models.manifest(ack["sha256"])["facts"]["mark"] == mark,
        "document": lambda: mark in facts["documents"].get(ack.get("version"), ""),
        "submit": lambda: ack["id"] in facts["jobs"],
        "register": lambda: facts["models"].get(ack["number"]) == mark,
        "promote": lambda: ack["number"] in facts["champions"],
        "log": lambda: ack["id"] in facts["logged"],
    }
    return bool(known[kind]())


# --- promise 2 ---


def try_each(base: str, name: str, way: tuple[int, int], step: tuple[int, int]) -> dict[str, Any]:
    """One kind of write, again and again on a fresh copy, with one request to the disk failing.

    ``way``: how (1 once, 2 from then on) and the errno. ``step``: the first request to fail and
    how many lie between one and the next; it ends with the first write that nothing failed.
    """
    how, error = way
    first, stride = step
    home = f"{base}-{os.getpid()}"
    _, old = _one(base, home, name, ONLY_PREPARE, (0, 0))
    said, new = _one(base, home, name, 0, (0, 0))
    assert said["error"] is None, said
    tried = []
    for at in range(first, MOST, stride):
        said, after = _one(base, home, name, how, (at, error))
        tried.append({"at": at, **said, **after})
        if not said["failed"]:
            break
    shutil.rmtree(home)
    return {"old": old["held"], "new": new["held"], "tried": tried}


def _one(
    base: str, home: str, name: str, how: int, fault: tuple[int, int]
) -> tuple[dict[str, Any], dict[str, Any]]:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(base, home)
    room = Room.at(home)
    if name in PREPARED:
        PREPARED[name](room, "new-mark")
    if how == ONLY_PREPARE:
        return {}, state(home)
    shim = disk()
    assert shim
    said: dict[str, Any] = {"error": None}
    shim.mll_arm(home.encode(), how, *fault)
    try:
        SINGLE[name](room, "new-mark")
    except Exception as refused:
        hint = getattr(refused, "hint", "")
        said = {"error": type(refused).__name__, "message": str(refused), "hint": hint}
    shim.mll_disarm()
    said["failed"] = shim.mll_failed()
    if room.log:
        room.log.close()
    if finish := house_deeds.FINISHED_LATER.get(name):
        finish(Workspace.open(home, actor="ana"))
    room.workspace.database.close()
    return said, state(home)


def state(home: str) -> dict[str, Any]:
    """What a workspace holds, in words that do not depend on time or chance; and its faults."""
    workspace = Workspace.open(home, actor="ana")
    facts = _facts(workspace)
    broken, intact = events.first_broken(workspace.database), workspace.database.intact()
    faults = [f"event log broken at {broken}"] if broken is not None else []
    faults += [f"catalog: {intact}"] if intact else []
    objects = workspace.objects
    faults += [f"torn: {sha256}" for sha256 in facts["objects"] if not objects.intact(sha256)]
    faults += [f"torn: {p.name}" for p in objects.all() if not objects.intact(p.stem, p.suffix)]
    for path in (workspace.home / "models").glob("*.json"):
        if path.name[0] != ".":
            workspace.models.load(path.stem)
    faults += house_deeds.faults(workspace)
    texts = facts["documents"].values()
    if workspace.rooms.projects.path(SLUG).read_text() not in texts:
        faults.append("the document's file is no version")
    approvals = [len(v.approvals) for v in workspace.project(SLUG).registry.versions()]
    held = {
        "inputs": sorted(facts["inputs"]),
        "documents": len(facts["documents"]),
        "jobs": sorted(
            (r["number"], r["status"], str(r["result"])) for r in facts["jobs"].values()
        ),
        "models": sorted(facts["models"].items()),
        "champions": facts["champions"],
        "approvals": approvals,
        "logged": len(facts["logged"]),
        "events": [event.kind for event in workspace.events(limit=1_000)],
        **house_deeds.held(workspace),
    }
    workspace.database.close()
    return {"held": held, "faults": faults}


# --- promise 11 ---


def labour(home: str, name: str, jump: float, finished: str) -> dict[str, Any]:
    """Take tiny jobs until none is left; the wall clock is ``jump`` seconds wrong."""
    jobs.LEASE = 1.0
    retries.PAUSES = (0.2, 0.4)
    real = time.time
    time.time = lambda: real() + jump
    jobs.now = lambda: time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time()))
    queue = Workspace.open(home, actor=name).jobs
    descriptor = os.open(finished, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    idle = 0
    while idle < 30:
        try:
            claim = queue.claim()
            if claim is None:
                idle += 1
                time.sleep(0.05)
                continue
            idle = 0
            _work(queue, claim, name, descriptor)
        except Conflict:
            continue
    return {"done": True}


def _work(queue: jobs.JobQueue, claim: Claim, name: str, descriptor: int) -> None:
    started = time.monotonic()
    queue.heartbeat(claim)
    time.sleep(0.08)
    nonce = f"{name}-{claim.job.id}-{claim.token}"
    ended = time.monotonic()
    queue.finish(claim, JobStatus.DONE, "Done.", result={"nonce": nonce})
    os.write(descriptor, f"{claim.job.id} {nonce} {started} {ended}\n".encode())


def freeze_in_a_job(home: str, finished: str) -> dict[str, Any]:
    """Take a job, stop oneself past the lease, and come back with a result of one's own."""
    jobs.LEASE = 1.0
    queue = Workspace.open(home, actor="frozen").jobs
    claim = queue.claim()
    assert claim
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        queue.finish(claim, JobStatus.DONE, "Done.", result={"nonce": "frozen"})
    except Conflict:
        return {"job": claim.job.id, "refused": True}
    return {"job": claim.job.id, "refused": False}


DEEDS: dict[str, Callable[..., Any]] = {
    deed.__name__: deed
    for deed in (build, write, verify, once, try_each, state, labour, freeze_in_a_job)
}
DEEDS |= erasing.DEEDS
