"""What an erasure works with."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sql

from mll_core.bench import Bench
from mll_core.domain.document import Document
from mll_core.domain.errors import MllError
from mll_core.domain.identity import Actor
from mll_core.domain.stage import Stage
from mll_core.infra.catalog_rows import SHA256, told
from mll_core.infra.database import Database
from mll_core.infra.erasures import Erasures
from mll_core.infra.objects import ObjectStore
from mll_core.infra.prediction_log import folder_of
from mll_core.infra.projects import Projects
from mll_core.infra.tables import ARTEFACTS

if TYPE_CHECKING:
    from mll_core.infra.model_store import ModelStore


@dataclass(frozen=True)
class Desk:
    """One project of a workspace, seen from all sides."""

    bench: Bench
    database: Database
    projects: Projects

    @property
    def home(self) -> Path:
        """The workspace's folder."""
        return self.bench.home

    @property
    def slug(self) -> str:
        """The project."""
        return self.bench.slug

    @property
    def actor(self) -> Actor:
        """Who erases."""
        return self.bench.actor

    @property
    def objects(self) -> ObjectStore:
        """The data versions."""
        return self.bench.objects

    @cached_property
    def models(self) -> "ModelStore":
        """The signed models."""
        return self.bench.models()

    @cached_property
    def erasures(self) -> Erasures:
        """Orders and tombstones."""
        return Erasures(self.database, self.slug, self.actor)

    @cached_property
    def texts(self) -> tuple[frozenset[str], frozenset[str]]:
        """Every text the catalog holds of this project, and of all others."""
        mine, theirs = set[str](), set[str]()
        with self.database.read() as connection:
            for project, text in told(connection):
                (mine if project == self.slug else theirs).add(text)
        for _, document in self.documents():
            mine |= set(document.sources)
        return frozenset(mine), frozenset(theirs)

    @cached_property
    def names(self) -> tuple[frozenset[str], frozenset[str]]:
        """Every sha256 in those texts: this project's, and all others'."""
        mine, theirs = (
            frozenset(name for text in texts for name in SHA256.findall(text))
            for texts in self.texts
        )
        return mine, theirs

    def ours(self, sha256: str) -> bool:
        """Whether an object is this project's, or nobody's."""
        mine, theirs = self.names
        return sha256 in mine or sha256 not in theirs

    def shared(self, sha256: str) -> bool:
        """Whether another project names it too: then it must stay."""
        return sha256 in self.names[1]

    def documents(self) -> Iterator[tuple[int, Document]]:
        """Every version of the document that can still be read, newest first."""
        for version in self.projects.versions(self.slug):
            try:
                yield version.version, self.projects.parse(version.text)
            except MllError:
                continue

    def results(self, *stages: str) -> list[dict[str, Any]]:
        """Rows of the results of some stages, oldest first; of all without any named."""
        mine = ARTEFACTS.c.project == self.slug
        if stages:
            mine &= ARTEFACTS.c.stage.in_([str(stage) for stage in stages])
        return self.database.rows(sql.select(ARTEFACTS).where(mine).order_by(ARTEFACTS.c.id))

    def classes(self) -> set[str]:
        """The names of the classes that were ever learned."""
        found = self.results(Stage.TRAIN)
        return {str(name) for row in found for name in row["value"].get("classes", ())}

    def logs(self) -> list[Path]:
        """Folders of the prediction logs this project ever had."""
        names = {self.slug, *(document.deploy.name for _, document in self.documents())}
        return [folder_of(self.home, name) for name in sorted(names) if name]
