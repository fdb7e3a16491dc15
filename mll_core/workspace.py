"""The workspace: one folder with everything in it, and the engine's one front door."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from mll_core.catalog import MODELS, STEPS, TASKS, read_steps
from mll_core.domain.errors import Forbidden, InvalidParameter, NotFound
from mll_core.domain.identity import Actor, Permission
from mll_core.domain.job import Event, Job
from mll_core.infra import events, files
from mll_core.infra.database import Database
from mll_core.infra.guard import Access, needs
from mll_core.infra.jobs import JobQueue
from mll_core.infra.keys import signing_key
from mll_core.infra.members import Members
from mll_core.infra.objects import ObjectStore
from mll_core.infra.projects import Projects
from mll_core.new_project import new_project
from mll_core.project import Project, Rooms

if TYPE_CHECKING:
    from mll_core.infra.accounts import Accounts
    from mll_core.infra.model_store import ModelStore
    from mll_core.infra.setting_up import SettingUp
    from mll_core.infra.tokens import Tokens

SHELVES = {"prepare.steps": STEPS, "train.models": MODELS, "brief.task": TASKS}


@dataclass(frozen=True)
class ProjectSummary:
    """One line in the list of projects."""

    slug: str
    name: str
    created: str


class Workspace:
    """A folder of projects; open as many at once as there are processes."""

    def __init__(self, home: Path, actor: Actor, database: Database | None = None) -> None:
        self.home = home
        self.actor = actor
        self.database = database or Database(home)
        self.access = Access(self.database, actor, None)
        self.objects = ObjectStore(home)
        self.jobs = JobQueue(self.database, actor)

    @classmethod
    def open(cls, home: str | Path | None = None, actor: str | Actor = "") -> "Workspace":
        """Open ``home``, else MLL_HOME, else the user's data folder; made when it is not there.

        A plain name is an owner's: whoever can open the folder on the machine may do all.
        Raises NoRoom when the folder cannot be written to.
        """
        folder = folder_of(home)
        if folder.exists() and not folder.is_dir():
            hint = "Give a folder with --home."
            raise InvalidParameter(f"{folder} is a file, not a folder.", hint=hint)
        with files.disk_errors(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)  # who can open it owns it
            return cls(folder, _actor(actor))

    def on_behalf_of(self, actor: str | Actor) -> "Workspace":
        """The same workspace for somebody else, whose rights hold and whose name is logged.

        Both use the same connections to the catalog.
        Raises Forbidden for an account: only the machine's own may act for others.
        """
        if self.actor.kind != "owner":
            what = f"{self.actor.name} may not act for somebody else."
            refused = Forbidden(what, hint="Sign in as who should do it.")
            self.access.tell(refused)
            raise refused
        return Workspace(self.home, _actor(actor or self.actor), self.database)

    @cached_property
    def accounts(self) -> "Accounts":
        """Who can sign in at the pages."""
        from mll_core.infra.accounts import Accounts

        return Accounts(self.database, self.actor)

    @cached_property
    def setting_up(self) -> "SettingUp":
        """How the first admin is made."""
        from mll_core.infra.setting_up import SettingUp

        return SettingUp(self.database, self.actor)

    @cached_property
    def members(self) -> Members:
        """Who has which role in which project."""
        return Members(self.database, self.actor)

    @cached_property
    def tokens(self) -> "Tokens":
        """What programs show the scoring service."""
        from mll_core.infra.tokens import Tokens

        return Tokens(self.database, self.actor)

    @cached_property
    def models(self) -> "ModelStore":
        """The signed models."""
        from mll_core.infra.model_store import ModelStore

        return ModelStore(self.home, signing_key(), read_steps)

    @cached_property
    def rooms(self) -> Rooms:
        """What every project is given to work with."""
        return Rooms(
            home=self.home,
            actor=self.actor,
            database=self.database,
            objects=self.objects,
            jobs=self.jobs,
            models=lambda: self.models,
            projects=Projects(self.database, self.home, SHELVES, self.actor),
        )

    def projects(self) -> tuple[ProjectSummary, ...]:
        """Every project, oldest first."""
        return tuple(ProjectSummary(*row) for row in self.rooms.projects.all())

    @needs(Permission.EDIT)
    def create_project(
        self,
        name: str,
        data: str,
        *,
        target: str | None = None,
        task: str | None = None,
        budget: float | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Project:
        """A project with the defaults, its data collected and safe proposals taken.

        Raises UnreadableSource, UnknownColumn, UnfitTarget, InvalidDocument; nothing is left then.
        """
        wanted = {"brief.target": target, "brief.task": task, "train.budget_seconds": budget}
        chosen = {path: value for path, value in wanted.items() if value is not None}
        return new_project(self.rooms, name, data, {**chosen, **(settings or {})})

    def project(self, slug: str) -> Project:
        """An existing project, by slug or by the path of its ``project.yaml``. Raises NotFound."""
        path = Path(slug)
        if path.suffix in (".yaml", ".yml") and self.actor.kind == "owner":
            return self._from_file(path)
        self.rooms.projects.check(slug)
        return Project(self.rooms, slug)

    def project_of_job(self, job: Job) -> Project:
        """The project of a job, with the rights its author has by now. Raises Forbidden."""
        author = self.on_behalf_of(job.actor)
        Access(author.database, author.actor, job.project).require(Permission.RUN)
        return author.project(job.project)

    def events(self, project: str | None = None, limit: int = 200) -> tuple[Event, ...]:
        """What happened in the projects one may see, newest first."""
        return events.read(self.database, project, limit, seen_by=self.actor)

    def project_of_run(self, run_id: str) -> tuple[Project, Any]:
        """The project and the training that a run belongs to. Raises NotFound."""
        known: list[str] = []
        for summary in self.projects():
            project = Project(self.rooms, summary.slug)
            for training in project.results.trainings():
                runs = [training.run_id, *(run.run_id for run in training.leaderboard)]
                if run_id in runs:
                    return project, training
                known += runs
        raise NotFound.named("run", run_id, known)

    def _from_file(self, path: Path) -> Project:
        if not path.is_file():
            raise NotFound(f"There is no document {path}.", hint="Give a slug or a project.yaml.")
        text = path.read_text(encoding="utf-8")
        for summary in self.projects():
            if self.rooms.projects.path(summary.slug) == path.resolve():
                project = Project(self.rooms, summary.slug)
                project.history.take_file(path)
                return project
        document = self.rooms.projects.parse(text)
        same = next((s for s in self.projects() if s.name == document.name), None)
        if same is not None:
            project = Project(self.rooms, same.slug)
            project.history.take_file(path)
            return project
        return Project(self.rooms, self.rooms.projects.create(document, f"read from {path.name}"))


def _actor(given: str | Actor) -> Actor:
    if isinstance(given, Actor):
        return given
    return Actor(name=given or os.environ.get("USER") or "local")


def folder_of(home: str | Path | None) -> Path:
    """The folder a workspace is in: ``home``, else MLL_HOME, else the user's data folder."""
    folder = Path(home or os.environ.get("MLL_HOME") or platformdirs.user_data_path("mll"))
    return folder.expanduser().resolve()
