"""Erasures that are killed, and what the next start makes of them."""

import json
from pathlib import Path
from typing import Any

import canary
from promises.crew import disk

from mll_core import housekeeping
from mll_core.domain.subject import Subject
from mll_core.infra import events, files
from mll_core.workspace import Workspace

SUBJECT = Subject.of([f"email={canary.EMAIL}"])


def settle(home: str) -> None:
    canary.begun(Path(home)).rooms.database.close()


def erase(home: str, kill_at: int = 0) -> dict[str, Any]:
    """Erase the canary; with ``kill_at`` the process dies at that request to the disk."""
    workspace = Workspace.open(home, actor="ana")
    shim = disk()
    if shim:
        shim.mll_arm(home.encode(), 3 if kill_at else 0, kill_at, 0)
    done = workspace.project("people").erasure.erase(SUBJECT)
    passed = {point: n for point, n in files.PASSED.items() if point.startswith("erasure.")}
    requests = shim.mll_passed() if shim else 0
    return {"tombstone": done.to_json(), "passed": passed, "requests": requests}


def start_again(home: str) -> dict[str, Any]:
    """Open what a killed erasure left, put it in order, and look for the canary and for harm."""
    workspace = Workspace.open(home, actor="ana")
    swept = housekeeping.sweep(workspace, grace=0.0)
    kinds = {event.kind for event in workspace.events(limit=1_000)}
    project = workspace.project("people")
    data = project.results.data()
    faults = [] if workspace.database.intact() is None else ["the catalog is broken"]
    if events.first_broken(workspace.database) is not None:
        faults.append("the event log is broken")
    if data is None or not workspace.objects.intact(data.sha256):
        faults.append("the newest data version is not whole")
    champion = project.champion()
    if champion is not None and not workspace.models.manifest(champion.sha256):
        faults.append("the champion is gone")
    rows = 0 if data is None else data.rows
    begun = "erasure.ordered" in kinds
    if begun and not project.erasure.all()[0].finished:
        faults.append("begun, and not finished")
    workspace.database.close()
    hits = canary.hits(Path(home))
    if begun and hits:
        faults += hits
    if not begun and rows % canary.ROWS:
        faults.append("not begun, and yet rows are gone")
    return json.loads(json.dumps({"faults": faults, "begun": begun, "erasures": swept.erasures}))


DEEDS = {deed.__name__: deed for deed in (settle, erase, start_again)}
