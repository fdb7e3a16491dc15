"""Promise 16: whatever is done in whatever order, the workspace is as a small model of it says."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import projects
import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from promises.crew import KILLED, Crew
from promises.deeds import register
from promises.room import SLUG, Room
from proving import SEED, Tally, amount, tally

from mll_core import housekeeping, integrity
from mll_core.domain.document import SignOff
from mll_core.domain.errors import Conflict, NotFound, NotReady
from mll_core.domain.identity import Role
from mll_core.domain.job import JobStatus
from mll_core.domain.schedule import Rule
from mll_core.domain.subject import Subject
from mll_core.infra import events
from mll_core.infra.jobs import Claim
from mll_core.infra.timetable import Timetable
from mll_core.project import Project
from mll_core.workspace import Workspace

ROWS = 60
"""Of the files that are brought later."""
TAKEN = "- column: customer_id"
"""In the document since a proposal of the checks was taken."""
WORDS = st.sampled_from(["Who leaves?", "Who stays?", "Who: calls # much?", "¿Quién?", "'\"%s"])
MOMENTS = st.sampled_from(
    [
        *("catalog.begun", "catalog.changed", "catalog.committed", "catalog.anchored", "event"),
        *("settle.yaml.synced", "settle.yaml.renamed", "text.yaml.written"),
        *("settle.parquet.renamed", "object.hashed", "settle.anchor.renamed"),
    ]
)
DEEDS = st.sampled_from(["document", "register", "approve", "promote", "submit", "collect"])


class Life(RuleBasedStateMachine):
    """One workspace, and beside it the plain lists it should be equal to."""

    base: ClassVar[Path]
    folder: ClassVar[Path]
    crew: ClassVar[Crew]
    counts: ClassVar[Counter[str]]
    born: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        type(self).born += 1
        self.home = self.folder / str(self.born)
        shutil.copytree(self.base, self.home)
        self.open()
        self.number = 0
        self.made = self.imported = self.erased = 0
        self.claims: list[Claim] = []
        self.texts = [v.text for v in reversed(self.project.history.versions())]
        self.runs = [v.run_id for v in reversed(self.project.registry.versions())]
        self.champions = [1]
        self.approved = Counter({1: 1})
        self.jobs: dict[str, str] = {}
        self.roles: dict[str, str] = {}
        self.schedules: list[str] = []
        self.lines = len(self.workspace.events(limit=10_000))

    def open(self) -> None:
        self.workspace = Workspace.open(self.home, actor="ana")
        self.project: Project = self.workspace.project(SLUG)

    def mark(self, deed: str) -> str:
        self.number += 1
        self.counts["steps"] += 1
        return f"{deed}-{self.number}"

    # --- what people do ---

    @rule(question=WORDS)
    def edit(self, question: str) -> None:
        self.mark("edit")
        self.project.edit("brief.question", f"{question} {self.number}")
        self.texts.append(self.project.history.newest().text)

    @rule()
    def edit_by_hand(self) -> None:
        mark = self.mark("hand")
        self.project.path.write_text(self.texts[-1] + f"# {mark}\n", encoding="utf-8")
        self.project.history.take_hand_edits()
        self.texts.append(self.texts[-1] + f"# {mark}\n")

    @rule(back=st.integers(1, 9))
    def undo(self, back: int) -> None:
        self.mark("undo")
        version = max(1, len(self.texts) - back)
        self.project.history.restore(version)
        if self.texts[version - 1] != self.texts[-1]:
            self.texts.append(self.texts[version - 1])

    @rule(late=st.integers(1, 5))
    def edit_too_late(self, late: int) -> None:
        self.mark("late")
        based_on = len(self.texts) - late
        with pytest.raises(Conflict):
            self.workspace.rooms.projects.save(
                SLUG, self.texts[-1] + "# late\n", based_on=based_on, reason="late"
            )

    @precondition(lambda self: self.made < 1)
    @rule()
    def create(self) -> None:
        self.mark("create")
        self.made += 1
        data = str(self.base.parent / "customers_7.csv")
        made = self.workspace.create_project(f"Another {self.made}", data, target="left")
        assert made.slug in [summary.slug for summary in self.workspace.projects()]

    @precondition(lambda self: self.made and self.erased < 2)
    @rule()
    def erase(self) -> None:
        self.mark("erase")
        another = self.workspace.project("another-1")
        person = Subject.of([f"customer_id=C7{self.erased:05d}"])
        assert another.erasure.erase(person).finished
        self.erased += 1
        data = another.results.data()
        assert data
        assert data.rows == ROWS - self.erased
        with pytest.raises(NotFound):
            another.erasure.erase(person)

    @precondition(lambda self: self.imported < 1)
    @rule()
    def bring_other_data(self) -> None:
        self.mark("import")
        self.imported += 1
        self.project.edit("data.source", str(self.base.parent / "customers_8.csv"))
        self.texts.append(self.project.history.newest().text)
        self.project.run("prepare")
        self.texts = [v.text for v in reversed(self.project.history.versions())]

    @precondition(lambda self: not self.imported)
    @rule()
    def run_again(self) -> None:
        self.mark("run")
        as_before = TAKEN in self.texts[-1]
        outcome = self.project.run("evaluate")
        texts = [v.text for v in reversed(self.project.history.versions())]
        runs = [v.run_id for v in reversed(self.project.registry.versions())]
        assert texts[: len(self.texts)] == self.texts
        assert outcome.run_id in runs
        assert runs[: len(self.runs)] == self.runs
        # Only the document from before the proposals were taken asks for something new, once.
        assert len(runs) - len(self.runs) <= (0 if as_before else 1)
        self.texts, self.runs = texts, runs

    @rule()
    def register(self) -> None:
        mark = self.mark("register")
        assert register(Room(self.workspace, self.project), mark)["number"] == len(self.runs) + 1
        self.runs.append(mark)

    @rule(pick=st.integers(0, 99))
    def approve(self, pick: int) -> None:
        number = pick % len(self.runs) + 1
        sign_off = SignOff(by=self.mark("approve"), role="head", at="", note="")
        self.project.registry.approve(number, sign_off)
        self.approved[number] += 1

    @rule(pick=st.integers(0, 99))
    def promote(self, pick: int) -> None:
        self.mark("promote")
        number = pick % len(self.runs) + 1
        if not self.approved[number]:
            with pytest.raises(NotReady):
                self.project.registry.promote(number, needs_approval=True)
            return
        self.project.registry.promote(number, needs_approval=True)
        self.champions = after(self.champions, number)

    @rule()
    def roll_back(self) -> None:
        self.mark("rollback")
        if len(self.champions) < 2:
            with pytest.raises(NotReady):
                self.project.registry.rollback()
            return
        assert self.project.registry.rollback().number == self.champions[-2]
        self.champions = after(self.champions, self.champions[-2])

    @precondition(lambda self: self.champions == [1] and not self.imported)
    @rule()
    def monitor(self) -> None:
        self.mark("monitor")
        assert self.project.watching.monitor(str(self.base.parent / "customers_7.csv")).rows == ROWS

    @rule()
    def submit(self) -> None:
        job = self.workspace.jobs.submit(SLUG, "run", {"mark": self.mark("submit")})
        self.jobs[job.id] = "queued"

    @rule()
    def claim(self) -> None:
        self.mark("claim")
        claim = self.workspace.jobs.claim()
        if claim is None:
            waiting = "queued" in self.jobs.values()
            assert not waiting or "running" in self.jobs.values()  # never two of one project
            return
        self.jobs[claim.job.id] = "running"
        self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule(status=st.sampled_from([JobStatus.DONE, JobStatus.FAILED, JobStatus.STOPPED]))
    def finish(self, status: JobStatus) -> None:
        self.mark("finish")
        claim = self.claims.pop()
        self.workspace.jobs.finish(claim, status, "The end.")
        self.jobs[claim.job.id] = status.value
        with pytest.raises(Conflict):
            self.workspace.jobs.finish(claim, JobStatus.DONE, "Twice.")

    @rule(who=st.sampled_from(["eva@example.org", "leo@example.org"]), role=st.sampled_from(Role))
    def give_a_role(self, who: str, role: Role) -> None:
        self.mark("role")
        self.workspace.members.give(who, role, SLUG)
        self.roles[who] = role.value

    @precondition(lambda self: self.roles)
    @rule()
    def take_a_role(self) -> None:
        self.mark("role")
        who, _ = self.roles.popitem()
        self.workspace.members.take(who, SLUG)
        with pytest.raises(NotFound):
            self.workspace.members.take(who, SLUG)

    @rule()
    def schedule(self) -> None:
        mark = self.mark("schedule")
        times, rule = Timetable(self.workspace.database), Rule(every="day")
        made = times.add(SLUG, "run", {"mark": mark}, rule, self.workspace.actor)
        self.schedules.append(made.id)

    @precondition(lambda self: self.schedules)
    @rule()
    def unschedule(self) -> None:
        self.mark("schedule")
        times = Timetable(self.workspace.database)
        times.remove(SLUG, self.schedules.pop(0), self.workspace.actor)

    # --- what happens to people ---

    @rule(deed=DEEDS, moment=MOMENTS)
    def kill(self, deed: str, moment: str) -> None:
        mark = self.mark(deed)
        kind = {"document": "document.saved", "submit": "job.queued"}
        told = kind.get(deed, f"model.{deed}{'ed' if deed == 'register' else 'd'}")
        point = f"event.{told}" if moment == "event" else moment
        if deed not in ("document", "collect") and not point.startswith(("catalog", "event")):
            point = "catalog.committed"
        said = self.crew.do("once", {"MLL_CRASH_AT": f"{point}:1"}, home=str(self.home),
                            name=deed, mark=mark)  # fmt: skip
        assert said.get("died") == KILLED or "error" not in said, said
        self.counts["kills"] += said.get("died") == KILLED
        housekeeping.sweep(self.workspace, grace=-1.0)  # as at the next start
        self.adopt(mark, done="died" not in said)

    def adopt(self, mark: str, *, done: bool) -> None:
        """A killed writer left the old state or the new one; a writer that answered the new."""
        versions = self.project.registry.versions()
        seen = {
            "document": [v.text for v in reversed(self.project.history.versions())],
            "register": [v.run_id for v in reversed(versions)],
            "approve": Counter({v.number: len(v.approvals) for v in versions if v.approvals}),
            "promote": self.champion(),
            "submit": {job.id: job.status.value for job in self.workspace.jobs.of(limit=9_999)},
        }
        texts, runs, jobs = seen["document"], seen["register"], seen["submit"]
        assert texts[: len(self.texts)] == self.texts
        assert len(texts) <= len(self.texts) + mark.startswith("document")
        assert runs in (self.runs, [*self.runs, mark])
        assert sum(seen["approve"].values()) - sum(self.approved.values()) in (0, 1)
        newest = len(self.runs)
        assert seen["promote"] in (self.champions[-1], newest)
        assert jobs.items() >= self.jobs.items()
        if done:
            assert mark.startswith("document") <= (mark in texts[-1])
            assert mark.startswith("register") <= (mark in runs)
            assert mark.startswith("promote") <= (seen["promote"] == newest)
        if seen["promote"] != self.champions[-1]:
            self.champions = after(self.champions, newest)
        self.texts, self.runs, self.approved, self.jobs = texts, runs, seen["approve"], jobs

    @rule()
    def sweep(self) -> None:
        self.mark("sweep")
        housekeeping.sweep(self.workspace, grace=-1.0)

    @rule()
    def reopen(self) -> None:
        self.mark("reopen")
        self.workspace.database.close()
        self.open()

    # --- what must hold after every step ---

    @invariant()
    def the_catalog_is_as_the_model_says(self) -> None:
        if not hasattr(self, "texts"):
            return
        versions = self.project.history.versions()
        assert [v.version for v in versions] == list(range(len(self.texts), 0, -1))
        assert versions[0].text == self.texts[-1] == self.project.path.read_text(encoding="utf-8")
        assert self.champion() == self.champions[-1]
        found = {job.id: job.status.value for job in self.workspace.jobs.of(limit=9_999)}
        assert found == self.jobs
        members = self.workspace.members.all(SLUG)
        assert {member.account: member.role.value for member in members} == self.roles
        times = Timetable(self.workspace.database).of(SLUG, self.workspace.actor)
        assert {schedule.id for schedule in times} == set(self.schedules)
        assert events.first_broken(self.workspace.database) is None
        lines = len(self.workspace.events(limit=10_000))
        assert lines >= self.lines
        self.lines = lines
        assert [state.stage for state in self.project.states()]
        (data, *_) = integrity.check(self.workspace, quick=True)
        assert data.faults == ()

    def champion(self) -> Any:
        found = self.project.registry.champion()
        return found.number if found else None

    def teardown(self) -> None:
        if hasattr(self, "lines"):
            self.kill("document", "catalog.committed")  # no life without an accident
            self.the_catalog_is_as_the_model_says()
            kinds = [k for k in integrity.check(self.workspace) if k.what != "models"]
            assert [kind.faults for kind in kinds] == [()] * len(kinds)
            assert self.workspace.database.intact() is None
            self.workspace.database.close()
            shutil.rmtree(self.home)


def after(champions: list[int], number: int) -> list[int]:
    """The champions one can go back through, once ``number`` was made the newest."""
    kept = champions[: champions.index(number)] if number in champions else champions
    return [*kept, number]


@pytest.fixture
def lives(room: Path, crew: Crew) -> type[Life]:
    base = projects.finished(room / "base").home
    for number in (7, 8):
        projects.csv(base.parent, rows=ROWS, seed=number)
    Life.base, Life.folder, Life.crew, Life.counts = base, room, crew, Tally()
    return Life


@pytest.mark.promise
def test_whatever_is_done_the_workspace_is_as_the_model_says(lives: type[Life]) -> None:
    few = settings(
        max_examples=amount(2, 500),
        stateful_step_count=amount(20, 50),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with tally(16, "any order of what people and accidents do") as counts:
        run_state_machine_as_test(seed(SEED)(lives), settings=few)
        counts["lives"] = lives.born
        counts.update(lives.counts)
        counts["differences from the model"] += 0
        assert counts["kills"], "no writer was killed: choose another seed"
