"""Promise 13: erased means erased, wherever somebody stood, and whenever it was interrupted."""

import os
import random
import shutil
from pathlib import Path

import canary
import projects
import pytest
from promises.crew import KILLED, Crew
from promises.erasing import SUBJECT
from proving import FULL, SEED, amount, tally

from mll_core import doctor, integrity
from mll_core.cli import main
from mll_core.domain.errors import NotFound, NotReady
from mll_core.domain.stage import Stage, Status
from mll_core.domain.subject import Subject
from mll_core.infra import events
from mll_core.workspace import Workspace

pytestmark = pytest.mark.promise


def settled(crew: Crew, room: Path, *, small: bool) -> Path:
    """A workspace with the canary everywhere, and a copy of it beside, named ``kept``."""
    home = room / "home"
    home.mkdir()
    if small:
        assert crew.do("settle", home=str(home)) == {"done": True}
    else:  # here, where the libraries are there already
        canary.settled(projects.mirrored(home)).rooms.database.close()
    shutil.copytree(home, room / "kept")
    return home


def test_nothing_of_an_erased_person_is_left(
    crew: Crew, room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = settled(crew, room, small=False)
    with tally(13, "a person in every corner of a workspace") as counts:
        before = canary.hits(home)
        counts["places with the person before"] = len(before)
        assert {
            "objects",
            "uploads",
            "predictions",
            "mlflow",
            "logs",
            "exports",
            "sealed",
            "tmp",
        } <= {Path(hit).relative_to(home).parts[0] for hit in before}
        opened = Workspace.open(home).project("people").seals.openings(opened_rows(home))
        told = ["--home", str(home), "--where", f"email={canary.EMAIL}"]
        assert main(["erase", "people", *told, "--dry-run"]) == 0
        assert canary.hits(home) == before
        assert main(["erase", "people", *told, "--reason", f"{canary.NAME} wrote to us"]) == 0
        keys = Path(os.environ["MLL_KEYS"]) if "MLL_KEYS" in os.environ else home
        counts["places after"] = len(canary.hits(home, keys))
        assert canary.hits(home, keys) == []
        said = capsys.readouterr()
        assert not [mark for mark in (canary.EMAIL, canary.NAME) if mark in said.out + said.err]
        counts["data versions rewritten"] = whole_again(home, len(opened))
        assert counts["data versions rewritten"] >= 5


def opened_rows(home: Path) -> str:
    """The test rows that were opened."""
    seals = Workspace.open(home).project("people").seals
    return str(seals._found("test.opened")[0].detail["test"])


def whole_again(home: Path, openings: int) -> int:
    """The project after the erasure: unbroken, flagged, at work; how many versions were moved."""
    workspace = Workspace.open(home, actor="ana")
    project = workspace.project("people")
    assert events.first_broken(workspace.database) is None
    (tombstone,) = project.erasure.all()
    assert tombstone.models == (1,)
    assert tombstone.finished
    champion = project.champion()
    assert champion
    assert champion.erased == 1
    assert any("retrain" in line.said for line in doctor._erasures(workspace))
    states = {state.stage: state.status for state in project.states()}
    assert states[Stage.COLLECT] is Status.DONE
    assert states[Stage.TRAIN] is Status.STALE
    moved = events.read(workspace.database, "people", 1, kind=events.ERASURE)[0].detail["moved"]
    old = opened_rows(home)
    assert len(project.seals.openings(moved.get(old, old))) == openings == 1
    people = canary.people(40, seed=9, there=False)
    record = {k: v for k, v in people.iloc[0].to_dict().items() if k != "left"}
    assert project.deployment.predict([record])
    people.to_csv(home / "new.csv", index=False)
    assert project.watching.monitor(str(home / "new.csv")).rows == 40
    assert project.watching.monitor("requests").rows
    outside = home.parent / "outside.csv"
    canary.people().to_csv(outside, index=False)
    project.edit("data.source", str(outside))
    project.run("collect")
    assert not canary.hits(home)
    with pytest.raises(NotFound, match="nothing was erased"):
        project.erasure.erase(SUBJECT)
    if FULL:
        assert project.run("evaluate").gate
        assert project.registry.versions()[0].erased == 0
    workspace.database.close()
    return tombstone.versions


LIMIT = 45.678
"""A fee that only one customer pays; the recipe limits all others to it."""


@pytest.mark.usefixtures("catalog")
def test_a_model_that_answers_otherwise_without_the_person_is_withdrawn(room: Path) -> None:
    people = projects.customers(120)
    people.loc[7, "fee"] = LIMIT
    people.to_csv(room / "people.csv", index=False)
    step = {"kind": "limit_values", "column": "fee", "highest": LIMIT, "how": "nearest"}
    settings = {
        **projects.CHEAP,
        "train.models": [{"kind": "logistic_regression"}],
        "prepare.steps": [step],
    }
    workspace = Workspace.open(projects.mirrored(room / "home"), actor="ana")
    source = str(room / "people.csv")
    project = workspace.create_project("People", source, target="left", settings=settings)
    with tally(13, "models that cannot be kept") as counts:
        project.run("evaluate")
        project.deployment.approve("Ana", "head", "fine")
        project.deployment.promote()
        champion = project.champion()
        assert champion
        done = project.erasure.erase(Subject.of(["customer_id=C000007"]))
        assert done.withdrawn == (1,)
        counts["withdrawn"] += len(done.withdrawn)
    assert project.champion() is None
    assert not workspace.models.file(champion.sha256).exists()
    with pytest.raises(NotReady, match="withdrawn"):
        project.deployment.promote(1)
    with pytest.raises(NotReady):
        project.registry.rollback()
    assert not [fault for kind in integrity.check(workspace) for fault in kind.faults]
    assert events.first_broken(workspace.database) is None
    assert canary.texts(room / "home", "C000007", str(LIMIT)) == []
    workspace.database.close()


def test_an_erasure_that_is_killed_is_finished_at_the_next_start(crew: Crew, room: Path) -> None:
    home = settled(crew, room, small=not FULL)
    with tally(13, "erasures killed") as counts:
        dry = crew.do("erase", home=str(home))
        points, requests, chance = dry["passed"], dry["requests"], random.Random(SEED)
        assert len(points) >= 6, points
        trials = [(point, chance.randint(1, n)) for point, n in points.items()]
        trials += (
            [("", n) for n in sorted(chance.sample(range(1, requests), 60))] if requests else []
        )
        for point, nth in chance.sample(trials, amount(1, len(trials))):
            shutil.rmtree(home)
            shutil.copytree(home.with_name("kept"), home)
            crash = {"MLL_CRASH_AT": f"{point}:{nth}"} if point else {}
            said = crew.do("erase", crash, home=str(home), kill_at=0 if point else nth)
            counts["killed"] += said.get("died") == KILLED
            found = crew.do("start_again", home=str(home))
            assert found.get("faults") == [], (point, nth, found)
            counts["finished"] += found["begun"]
            counts["not begun"] += not found["begun"]
        counts["places with the person after"] = 0
