"""One project: its document, its results, its models; what every door works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mll_core import freshness, lifecycle, sealing
from mll_core.bench import Bench, Publish, ignore
from mll_core.deployment import Deployment
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.document import Document, SignOff
from mll_core.domain.errors import InvalidParameter, nearest
from mll_core.domain.finding import Fix
from mll_core.domain.identity import Actor, Permission
from mll_core.domain.job import Job
from mll_core.domain.question import QueryResult
from mll_core.domain.report import Report
from mll_core.domain.serving import ModelVersion
from mll_core.domain.source_address import refuse_password
from mll_core.domain.stage import Stage, StageState
from mll_core.erasure import Desk, Erasure
from mll_core.evidence import Evidence
from mll_core.history import History
from mll_core.infra import locks
from mll_core.infra.artefacts import Artefacts
from mll_core.infra.database import Database, now
from mll_core.infra.erasures import Erasures
from mll_core.infra.guard import Access, needs
from mll_core.infra.jobs import JobQueue
from mll_core.infra.objects import ObjectStore
from mll_core.infra.projects import Projects
from mll_core.infra.reach import Reach
from mll_core.infra.registry import Registry
from mll_core.infra.scenarios import Scenarios
from mll_core.infra.seals import Seals
from mll_core.other_tables import OtherTables
from mll_core.outcome import RunOutcome, outcome
from mll_core.prepared import PreparedVersions
from mll_core.questions import PAGE, Questions
from mll_core.recipe_editor import PATH as STEPS
from mll_core.recipe_editor import RecipeEditor
from mll_core.recipe_versions import RecipeVersions
from mll_core.results import Results
from mll_core.room import Room
from mll_core.schedules import Schedules
from mll_core.sealing import Sealing
from mll_core.watching import Watching
from mll_core.whatif import WhatIf
from mll_core.worth import Worth

if TYPE_CHECKING:
    from mll_core.infra.model_store import ModelStore


@dataclass(frozen=True)
class Rooms:
    """What a workspace gives every project to work with."""

    home: Path
    actor: Actor
    database: Database
    objects: ObjectStore
    jobs: JobQueue
    models: Callable[[], "ModelStore"]
    projects: Projects


class Project:
    """A document, and everything that was found out from it."""

    def __init__(self, rooms: Rooms, slug: str) -> None:
        self.rooms = rooms
        self.slug = slug
        self.access = Access(rooms.database, rooms.actor, slug)
        self.history = History(rooms.projects, slug, self.access)
        self.registry = Registry(rooms.database, slug, rooms.actor)
        self.artefacts = Artefacts(rooms.database, slug, rooms.actor)
        self.seals = Seals(rooms.database, slug, rooms.actor)
        self.results = Results(self.bench, self.access)
        self.sealing = Sealing(self.bench, self.access)
        self.evidence = Evidence(self.bench, self.access)
        scenarios = Scenarios(rooms.database, slug, rooms.actor)
        self.whatif = WhatIf(self.bench, scenarios, self.access)
        self.room = Room(self.bench, self.access)
        self.tables = OtherTables(self.bench, self.access)
        self.worth = Worth(self.bench, self.history, self.results, self._split)
        self.recipe = RecipeEditor(self.history, self.results, self.tables, self.worth)
        self.recipes = RecipeVersions(self.history)
        self.prepared = PreparedVersions(self.bench, self.history)
        self.deployment = Deployment(self.bench, self.access)
        self.questions = Questions(self.bench, rooms.database, self.access)
        reach = Reach(rooms.actor, rooms.home)
        self.schedules = Schedules(rooms.database, slug, self.access, reach)
        self.watching = Watching(self.bench, self.history, self.deployment, self._to_the_gate)
        self.erasure = Erasure(
            lambda: Desk(self.bench(), rooms.database, rooms.projects), self.access
        )

    @property
    @needs(Permission.VIEW)
    def document(self) -> Document:
        """The newest version of the document."""
        return self.history.document()

    @property
    @needs(Permission.VIEW)
    def path(self) -> Path:
        """Where the document is kept as a file."""
        return self.rooms.projects.path(self.slug)

    @needs(Permission.EDIT)
    def edit(self, path: str, value: Any, reason: str = "") -> Document:
        """Set what stands at a dotted path; the new document. Raises InvalidDocument, Conflict."""
        return self.history.edit({path: value}, reason)

    @needs(Permission.EDIT)
    def apply(self, fix: Fix) -> Document:
        """Take a proposed fix: an edit of the document."""
        if fix.path == STEPS:
            self.recipe.take([fix])
            return self.document
        if fix.append:
            return self.history.append(fix.path, fix.value, fix.reason or fix.label)
        return self.edit(fix.path, fix.value, fix.reason or fix.label)

    @needs(Permission.APPROVE)
    def sign_off(self, by: str, role: str, note: str = "") -> Document:
        """Somebody agrees to the brief as it stands."""
        sign_off = SignOff(by=by, role=role, at=now(), note=note)
        return self.history.append("brief.sign_offs", sign_off, f"signed off by {by}")

    @needs(Permission.VIEW)
    def states(self) -> tuple[StageState, ...]:
        """Where each of the seven stages stands."""
        document, found = self.document, self.bench().found()
        live = next((job for job in self.jobs(5) if job.status.live), None)
        return tuple(freshness.state(stage, document, found, live) for stage in Stage)

    @needs(Permission.RUN)
    def run(
        self,
        until: str = "evaluate",
        *,
        settings: Mapping[str, Any] | None = None,
        progress: Progress = quiet,
        publish: Publish = ignore,
        why: str = "",
    ) -> RunOutcome:
        """Run the document through the stages, in this process; what came of it.

        ``why``: what the log says when the sealed test is opened.

        Raises whatever a stage refuses; what was finished before stays. Conflict while another
        run of the same project is going on.
        """
        if until not in list(Stage):
            raise InvalidParameter(f"There is no stage {until!r}.", hint=nearest(until, Stage))
        lock = self.rooms.home / "locks" / f"{self.slug}.run"
        with locks.held(lock, what=f"Another run of {self.slug!r}", patience=1.0):
            self.history.take_hand_edits()
            if settings:
                self.history.edit(settings, "set for a run")
            bench = replace(self.bench(progress, publish), why=why.strip())
            lifecycle.run(bench, min(Stage(until), Stage.EVALUATE, key=list(Stage).index))
            sealing.settle(bench)
            if self.results.many():
                self.results.findings(lambda _, what: bench.progress(1.0, what))
            return outcome(bench, self.states(), Stage(until))

    def _split(self, progress: Progress) -> None:
        self.run("prepare", progress=progress)

    def _to_the_gate(self, progress: Progress, publish: Publish) -> None:
        self.run("evaluate", progress=progress, publish=publish)

    @needs(Permission.QUERY)
    def query(self, sql: str, limit: int = PAGE) -> QueryResult:
        """Ask the project's tables in SQL. Raises Forbidden, NotReady, UnfitQuestion, NoRoom."""
        return self.questions.ask(sql, limit)

    @needs(Permission.VIEW)
    def report(self) -> Report | None:
        """The newest evaluation report."""
        return self.results.report()

    @needs(Permission.VIEW)
    def champion(self) -> ModelVersion | None:
        """The model version that answers."""
        return self.registry.champion()

    @needs(Permission.VIEW)
    def jobs(self, limit: int = 50) -> tuple[Job, ...]:
        """The newest jobs first."""
        return self.rooms.jobs.of(self.slug, limit)

    @needs(Permission.RUN)
    def submit(self, kind: str, **parameters: Any) -> Job:
        """Put work in line for the worker: see ``work.KINDS``.

        Raises InvalidParameter when a parameter carries a password, Forbidden when it names rows
        that the actor may not read.
        """
        for value in parameters.values():
            refuse_password(str(value))
        for name in ("current", "labels"):
            Reach(self.rooms.actor, self.rooms.home).source(str(parameters.get(name) or ""))
        return self.rooms.jobs.submit(self.slug, kind, parameters)

    @needs(Permission.VIEW)
    def bench(self, progress: Progress = quiet, publish: Publish = ignore) -> Bench:
        """What a run of the newest document works with."""
        rooms = self.rooms
        return Bench(
            home=rooms.home,
            slug=self.slug,
            actor=rooms.actor,
            document=self.document,
            document_version=self.history.newest().version,
            objects=rooms.objects,
            models=rooms.models,
            artefacts=self.artefacts,
            registry=self.registry,
            seals=self.seals,
            progress=progress,
            publish=publish,
            forgotten=Erasures(rooms.database, self.slug, rooms.actor).all,
        )
