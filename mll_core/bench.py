"""What one run of one document works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mll_core import freshness
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.data import DataVersion, Profile, Split
from mll_core.domain.document import Document
from mll_core.domain.errors import NotReady
from mll_core.domain.identity import Actor
from mll_core.domain.stage import Stage
from mll_core.domain.subject import Erased
from mll_core.domain.training import Training
from mll_core.infra.artefacts import Artefact, Artefacts
from mll_core.infra.objects import ObjectStore
from mll_core.infra.reach import Reach
from mll_core.infra.registry import Registry
from mll_core.infra.seals import Seals
from mll_core.table_shelf import TableShelf

if TYPE_CHECKING:
    from mll_core.infra.model_store import ModelStore

Publish = Callable[[dict[str, Any]], None]


def ignore(_: dict[str, Any]) -> None:
    """A Publish that tells nobody."""


@dataclass(frozen=True)
class Bench:
    """What one run of one document works with."""

    home: Path
    slug: str
    actor: Actor
    document: Document
    document_version: int
    objects: ObjectStore
    models: Callable[[], "ModelStore"]
    artefacts: Artefacts
    registry: Registry
    seals: Seals
    progress: Progress = quiet
    publish: Publish = ignore
    seconds: dict[str, float] = field(default_factory=dict)
    forgotten: Callable[[], tuple[Erased, ...]] = tuple
    """Who was erased from this project, without a name."""
    why: str = ""
    """Why the sealed test is opened, in the words of whoever opens it."""

    @property
    def reach(self) -> Reach:
        """Which files whoever runs it may name."""
        return Reach(self.actor, self.home)

    @property
    def tables(self) -> TableShelf:
        """The other tables that the recipe reads."""
        return TableShelf(self.slug, self.artefacts, self.objects, self.reach, self.forgotten)

    def found(self) -> dict[str, Artefact]:
        """The newest result of every stage that has one, and what was read of other tables."""
        pairs = ((stage, self.artefacts.newest(stage)) for stage in (*Stage, freshness.TABLES))
        return {stage: artefact for stage, artefact in pairs if artefact is not None}

    def data(self) -> tuple[DataVersion, Profile]:
        """The newest data version and its profile. Raises NotReady."""
        value = self._value(Stage.COLLECT, "Collect the data first.")
        return DataVersion(**value["data"]), Profile(**value["profile"])

    def business(self) -> dict[str, Any]:
        """What the brief implies: task, metric, positive class, with the reasons."""
        return self._value(Stage.BUSINESS, "Fill in the brief first.")

    def split(self) -> Split:
        """The newest split. Raises NotReady."""
        return Split(**self._value(Stage.PREPARE, "Prepare the data first."))

    def training(self) -> Training:
        """The newest training. Raises NotReady."""
        return Training(**self._value(Stage.TRAIN, "Train models first."))

    def _value(self, stage: Stage, hint: str) -> dict[str, Any]:
        artefact = self.artefacts.newest(stage)
        if artefact is None:
            raise NotReady(f"Nothing has been found out at the {stage} stage yet.", hint=hint)
        return artefact.value
