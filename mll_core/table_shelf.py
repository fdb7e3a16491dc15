"""The other tables that a recipe reads: each an immutable version, the newest reading counts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mll_core import freshness, intake
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.data import DataVersion
from mll_core.domain.document import Document
from mll_core.domain.recipe import Recipe
from mll_core.domain.subject import Erased
from mll_core.domain.table_step import TableStep
from mll_core.infra.artefacts import Artefact, Artefacts
from mll_core.infra.objects import ObjectStore
from mll_core.infra.reach import Reach


@dataclass(frozen=True)
class TableShelf:
    """What was read of the other tables of one project; no rows of erased people among it."""

    project: str
    artefacts: Artefacts
    objects: ObjectStore
    reach: Reach
    forgotten: Callable[[], tuple[Erased, ...]]

    def known(self) -> dict[str, DataVersion]:
        """By address, what was read and is still as its file has it."""
        newest = self.artefacts.newest(freshness.TABLES)
        return freshness.read_tables({freshness.TABLES: newest} if newest else {})

    def paths(self, sources: Iterable[str]) -> dict[str, Path]:
        """The Parquet file of each of the addresses that was read."""
        known = self.known()
        return {s: self.objects.path(known[s].sha256) for s in sources if s in known}

    def bring(self, document: Document, version: int, progress: Progress = quiet) -> None:
        """Read what the running steps name and is not there, or changed since.

        Raises Forbidden, and whatever collecting refuses.
        """
        running = Recipe(steps=document.prepare.steps).running.steps
        for source in dict.fromkeys(s for step in running for s in step.sources()):
            if source not in self.known() or self._without_names(source, document):
                self.read(source, document, version, progress)

    def read(
        self, source: str, document: Document, version: int, progress: Progress = quiet
    ) -> DataVersion:
        """Read one table now, whatever is known of it. Raises as ``bring`` does."""
        stamp = freshness.stamp(source)
        called = names_in(source, document)
        given = (source, self.objects, progress, self.forgotten(), called)
        told = intake.read_table(self.reach, *given)
        kept = self.artefacts.newest(freshness.TABLES)
        others: list[dict[str, Any]] = [
            entry
            for entry in (kept.value["tables"] if kept else ())
            if entry["data"]["source"] in document.sources and entry["data"]["source"] != source
        ]
        entry = {"stamp": stamp, "data": told.to_json(), "called": called}
        self.artefacts.add(
            Artefact(
                project=self.project,
                stage=freshness.TABLES,
                fingerprint="",
                inputs="",
                document_version=version,
                value={"tables": [*others, entry]},
            ),
            "table.read",
            sha256=told.sha256,
            rows=told.rows,
        )
        return told

    def _without_names(self, source: str, document: Document) -> bool:
        """Whether it was read before it was known what names somebody there who was erased."""
        kept = self.artefacts.newest(freshness.TABLES)
        entries = kept.value["tables"] if kept and self.forgotten() else ()
        called = names_in(source, document)
        return any(e["data"]["source"] == source and e["called"] != called for e in entries)


def names_in(source: str, document: Document) -> dict[str, str]:
    """What columns of the project are called in another table, by the steps that match them."""
    steps = (step for step in document.prepare.steps if isinstance(step, TableStep))
    pairs = [step.matched() for step in steps if source in step.sources()]
    return {own: other for matched in pairs for own, other in matched.items()}
