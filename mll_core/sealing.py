"""What may be looked at: the newest rows but those sealed for a test that nobody has opened yet.

Before there is a split nothing is sealed, and all rows are shown. A data version that is newer than
the split hides the rows that equal a sealed one, until it is split itself.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mll_core import freshness, redrawn
from mll_core.bench import Bench
from mll_core.domain.data import Column, DataVersion, Profile, Split
from mll_core.domain.errors import MllError, NoRoom
from mll_core.domain.identity import Permission
from mll_core.domain.job import Event
from mll_core.domain.recipe import Recipe
from mll_core.domain.stage import Stage
from mll_core.infra.artefacts import LOOKED, SEALED, Artefact
from mll_core.infra.guard import Access, needs

if TYPE_CHECKING:
    import pandas as pd

LARGE = 100_000
"""Of fewer rows a sample is drawn as soon as somebody looks."""


@dataclass(frozen=True)
class Look:
    """The newest data version as anybody may look at it."""

    bench: Bench
    version: DataVersion
    sealed: int = 0
    """Rows that are not looked at."""
    numbers: str | None = None
    """The object with their numbers."""

    @property
    def sentence(self) -> str:
        """What is not looked at; empty when all is."""
        if not self.sealed:
            return ""
        rows = "row is" if self.sealed == 1 else "rows are"
        return f"{self.sealed:,} sealed test {rows} not looked at, until an evaluation opens them."

    def rows(self) -> Path:
        """The rows that may be looked at, as Parquet in their order. Raises NotFound, NoRoom."""
        from mll_core.infra import sealed

        if self.numbers is None:
            return self.bench.objects.path(self.version.sha256)
        return sealed.open_rows(
            self.bench.home, self.bench.objects, self.version.sha256, self.numbers
        )

    def profile(self) -> Profile:
        """These rows in numbers, counted once per split."""
        if self.numbers is None:
            return self.bench.data()[1]
        from mll_core.infra import profiler

        inputs = freshness.digest(LOOKED, self.version.sha256, self.numbers)
        kept = self.bench.artefacts.same_inputs(LOOKED, inputs)
        if kept is None:
            found = profiler.profile(self.rows(), self.version.sha256)
            kept = _keep(self, LOOKED, inputs, {"profile": found.to_json()}, self.sentence)
        return Profile(**kept.value["profile"])


def look(bench: Bench) -> Look:
    """What may be looked at of the newest data. Raises NotReady when there is none."""
    version, _ = bench.data()
    prepared = bench.artefacts.newest(Stage.PREPARE)
    if prepared is None or prepared.data_version is None:
        return Look(bench, version)
    split = Split(**prepared.value)
    if bench.seals.openings(split.test.sha256):
        return Look(bench, version)
    sealed = split.sealed
    if prepared.data_version != version.sha256:
        sealed = _again(Look(bench, version), prepared.data_version, sealed)
    return Look(bench, version, sealed.rows, sealed.sha256 if sealed.rows else None)


class Sealing:
    """The sealed test of one project."""

    def __init__(self, bench: Callable[[], Bench], access: Access) -> None:
        self.access = access
        self._bench = bench

    @needs(Permission.VIEW)
    def sentence(self) -> str:
        """How many rows are not looked at; empty when all are."""
        bench = self._bench()
        return look(bench).sentence if bench.artefacts.newest(Stage.COLLECT) else ""

    @needs(Permission.VIEW)
    def openings(self) -> tuple[Event, ...]:
        """Who opened the test of the newest split, when and why; oldest first."""
        bench = self._bench()
        prepared = bench.artefacts.newest(Stage.PREPARE)
        return bench.seals.openings(Split(**prepared.value).test.sha256) if prepared else ()

    @needs(Permission.VIEW)
    def redrawn(self) -> tuple[str, ...]:
        """What the newest split did with rows that an earlier one had sealed, in sentences."""
        return redrawn.told(self._bench())

    @needs(Permission.VIEW)
    def repeated(self) -> "pd.DataFrame":
        """The first rows to learn from that are equal to a test row. Raises NotReady."""
        from mll_core.infra import repeated

        bench = self._bench()
        split = bench.split()
        ignored = split.twins.ignored if split.twins else ()
        development = bench.objects.path(split.development.sha256)
        return repeated.first(development, bench.objects.path(split.test.sha256), ignored)


def settle(bench: Bench) -> None:
    """Make what pages will show, so that nobody waits for it."""
    if bench.artefacts.newest(Stage.COLLECT) is not None:
        seen = look(bench)
        seen.profile()
        if seen.version.rows > LARGE:
            from mll_core.infra.few_rows import sample
            from mll_core.stages import prepare

            sample(seen.rows())
            with suppress(MllError):  # a recipe that cannot run is refused where it is looked at
                prepare.looked_at(Recipe(steps=bench.document.prepare.steps), seen.rows())


def _again(seen: Look, raw: str, sealed: DataVersion) -> DataVersion:
    """The numbers of the rows of a newer version that equal sealed rows of ``raw``."""
    from mll_core.infra import raw_numbers

    objects = seen.bench.objects
    inputs = freshness.digest(SEALED, seen.version.sha256, sealed.sha256)
    kept = seen.bench.artefacts.same_inputs(SEALED, inputs)
    if kept is None:
        there = objects.path(seen.version.sha256)
        same = raw_numbers.same_in(there, objects.path(raw), objects.path(sealed.sha256))
        temporary = objects.new()
        rows = raw_numbers.keep(same, temporary)
        size = temporary.stat().st_size
        found = DataVersion(
            sha256=objects.keep(temporary),
            rows=rows,
            columns=(Column(name=raw_numbers.COLUMN, type="BIGINT"),),
            source=f"{seen.version.short}: numbers of rows that equal sealed ones",
            bytes=size,
        )
        said = f"{rows:,} rows equal a sealed one and are not looked at"
        kept = _keep(seen, SEALED, inputs, {"sealed": found.to_json()}, said)
    return DataVersion(**kept.value["sealed"])


def _keep(seen: Look, stage: str, inputs: str, value: dict[str, Any], said: str) -> Artefact:
    kept = Artefact(
        project=seen.bench.slug,
        stage=stage,
        fingerprint=inputs,
        inputs=inputs,
        document_version=seen.bench.document_version,
        data_version=seen.version.sha256,
        value=value,
    )
    with suppress(NoRoom):  # where nothing can be written one may still look
        seen.bench.artefacts.add(kept, "data.checked", what=said)
    return kept
