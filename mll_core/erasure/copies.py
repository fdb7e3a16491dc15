"""Which data, files and models hold the subject, and their versions without."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mll_core.domain.document import Document
from mll_core.domain.errors import UnknownColumn
from mll_core.domain.prepared import PreparedVersion
from mll_core.domain.report import Report
from mll_core.domain.serving import Monitoring
from mll_core.domain.stage import Stage
from mll_core.domain.subject import ELSEWHERE, Found, Marks, Order, Subject
from mll_core.erasure import models, sources
from mll_core.erasure.desk import Desk
from mll_core.erasure.sources import Sources
from mll_core.infra import (
    catalog_rows,
    files,
    labelled_rows,
    scrub,
    subject_log,
    subject_rows,
    warehouse,
)
from mll_core.infra.artefacts import PREPARED, SEALED
from mll_core.infra.objects import ObjectStore
from mll_core.infra.scrub import Scrubber


@dataclass(frozen=True)
class Survey:
    """Where the subject is. ``holding``: objects with the condition that finds the rows in them."""

    desk: Desk
    subject: Subject
    marks: Marks
    holding: Mapping[str, str]
    places: Mapping[str, str]
    """Objects whose rows stand for the rows of another: predictions out of fold, sealed rows."""
    sources: Sources

    def found(self) -> Found:
        """In counts."""
        newest = next(reversed(self.desk.results(Stage.COLLECT)), None)
        name = str(newest["data_version"]) if newest else ""
        rows = 0
        if name in self.holding:
            rows = subject_rows.count(self.desk.objects.path(name), self.holding[name])
        logs = self.desk.logs()
        theirs = subject_log.is_subject(self.subject, Scrubber(self.marks, {}).names)
        return Found(
            rows=rows,
            versions=len(self.holding),
            models=tuple(
                version.number
                for version in self.desk.bench.registry.versions()
                if version.development in self.holding
            ),
            trainings=len(trainings(self.desk, self.holding)),
            requests=sum(subject_log.count(folder, theirs) for folder in logs),
            files=len(self.sources.inside),
            elsewhere=(*ELSEWHERE, *self.sources.outside),
        )


@dataclass
class Made:
    """What was made beside the old: the order so far, and what changes with each name."""

    order: Order
    holding: frozenset[str]
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    """New object: its rows and bytes."""
    withdrawn: frozenset[str] = frozenset()
    """Models that could not be kept without the subject."""
    tables: frozenset[str] = frozenset()
    """Prepared tables that stand on rows of the subject: they are withdrawn."""
    destroyed: frozenset[str] = frozenset()
    """Those of them that are nothing else: a recipe may have left nothing to tell these rows by.
    Without a recipe one is, byte for byte, also the rows that a stage goes on with."""
    shared: int = 0
    """Data versions with the subject that another project uses too."""
    outside: tuple[str, ...] = ()


def survey(desk: Desk, subject: Subject) -> Survey:
    """Look everywhere; nothing is changed. Raises UnknownColumn."""
    with files.temporary_folder(desk.home) as folder:
        return _survey(desk, subject, ObjectStore(folder))


def make(desk: Desk, subject: Subject) -> Made:
    """Write every object, file and model anew without the subject. Doing it twice is once."""
    with files.temporary_folder(desk.home) as folder:
        found = _survey(desk, subject, ObjectStore(folder))
        made = Made(Order(subject=subject, marks=found.marks), frozenset(found.holding))
        made.tables = frozenset(_tables(desk, found.holding))
        made.destroyed = made.tables - _staged(desk)
        moved = dict(_objects(desk, found, made))
        moved |= sources.rewrite(desk, found.sources)
    scrubber = Scrubber(found.marks, moved)
    rewritten, made.withdrawn = models.rewrite(desk, scrubber, moved)
    moved |= rewritten
    gone = {*found.holding, *found.places} & {*moved} | made.destroyed
    doomed = [p for p in desk.objects.all() if p.stem in gone and not desk.shared(p.stem)]
    for name in (*rewritten, *made.withdrawn):
        doomed += [desk.models.file(name).with_suffix(end) for end in (".skops", ".json", ".tried")]
    doomed += [path for path in found.sources.inside]
    made.shared = sum(desk.shared(name) for name in found.holding)
    made.outside = (*_shared(made.shared), *found.sources.outside)
    inside = tuple(sorted(str(path.relative_to(desk.home)) for path in doomed))
    made.order = made.order.model_copy(update={"moved": moved, "doomed": inside})
    return made


def _survey(desk: Desk, subject: Subject, scratch: ObjectStore) -> Survey:
    apart = dict(_sealed(desk))  # holds numbers of rows, which are nobody's
    data = {p.stem: p for p in desk.objects.all() if desk.ours(p.stem) and p.stem not in apart}
    files = sources.readable(desk, scratch)
    there = {path: list(warehouse.columns(path)) for path in (*data.values(), *files.values())}
    for column in subject.columns:
        if not any(column in columns for columns in there.values()):
            among = sorted({name for columns in there.values() for name in columns})
            raise UnknownColumn.named(column, where=desk.slug, among=among)
    whole = {
        path: str(subject_rows.matching(path, subject))
        for path, columns in there.items()
        if set(subject.columns) <= set(columns)
    }
    common = {name for columns in there.values() for name in columns}
    marks = subject_rows.marks_of(whole, subject, common | desk.classes() | vocabulary())
    conditions = {
        path: whole.get(path) or subject_rows.matching(path, subject, marks) for path in there
    }
    holding = {
        name: condition
        for name, path in data.items()
        if (condition := conditions[path]) and subject_rows.count(path, condition)
    }
    return Survey(
        desk, subject, marks, holding, dict(_places(desk, holding)),
        sources.found(desk, files, {path: c for path, c in conditions.items() if c}),
    )  # fmt: skip


def vocabulary() -> set[str]:
    """Words of our own values, which no erasure may take out of them."""
    schemas = (kind.model_json_schema() for kind in (Document, Report, Monitoring))
    return {word for schema in schemas for word in scrub.words(schema)}


def _places(desk: Desk, holding: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(rows by their place, the rows they stand for) where those hold somebody."""
    for sealed, raw in _sealed(desk):
        if raw in holding:
            yield sealed, raw
    for row, development in _learned(desk, holding):
        for run in row["value"]["leaderboard"]:
            if run.get("out_of_fold"):
                yield run["out_of_fold"], development


def _sealed(desk: Desk) -> Iterator[tuple[str, str]]:
    """(numbers of sealed rows, the raw rows they number)."""
    for row in desk.results(Stage.PREPARE, SEALED):
        yield row["value"]["sealed"]["sha256"], str(row["data_version"])


def trainings(desk: Desk, holding: Collection[str]) -> frozenset[str]:
    """The runs that learned from development rows which hold somebody."""
    return frozenset(row["value"]["run_id"] for row, _ in _learned(desk, holding))


def _learned(desk: Desk, holding: Collection[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """(result of a training, the development rows it learned from) where those hold somebody."""
    development = ""
    for row in desk.results(Stage.PREPARE, Stage.TRAIN):
        if row["stage"] == Stage.PREPARE:
            development = row["value"]["development"]["sha256"]
        elif development in holding:
            yield row, development


def _tables(desk: Desk, holding: Collection[str]) -> Iterator[str]:
    """The prepared tables that hold somebody, or were made of data that does."""
    for row in desk.results(PREPARED):
        version = PreparedVersion(**row["value"])
        stands_on = {version.raw, version.data.sha256, *(one.sha256 for one in version.others)}
        if stands_on & {*holding} and not version.withdrawn:
            yield version.data.sha256


def _staged(desk: Desk) -> frozenset[str]:
    """Every sha256 that the result of a stage names."""
    texts = (text for row in desk.results(*Stage) for text in catalog_rows.strings(row["value"]))
    return frozenset(name for text in texts for name in catalog_rows.SHA256.findall(text))


def _objects(desk: Desk, found: Survey, made: Made) -> Iterator[tuple[str, str]]:
    """(old, new) names of the data versions and what stands for their rows."""
    for name, condition in found.holding.items():
        if name in made.destroyed:
            continue
        temporary = desk.objects.new()
        subject_rows.without(desk.objects.path(name), condition, temporary)
        yield name, _kept(desk, temporary, made)
    for name, whose in found.places.items():
        temporary, rows = desk.objects.new(), desk.objects.path(whose)
        path, condition = desk.objects.path(name), found.holding[whose]
        subject_rows.without_places(path, "row", rows, condition, temporary)
        yield name, _kept(desk, temporary, made)


def _kept(desk: Desk, temporary: Path, made: Made) -> str:
    rows, size = labelled_rows.count(temporary), temporary.stat().st_size
    name = desk.objects.keep(temporary)
    made.sizes[name] = (rows, size)
    return name


def _shared(count: int) -> Iterator[str]:
    if count:
        yield (
            f"{count} data version{'s' * (count != 1)} of this project are used by another project "
            "too and stay there: erase the person there as well."
        )


def profiles(desk: Desk, made: Made) -> dict[str, dict[str, Any]]:
    """The collected versions that changed, in numbers again, by their new name."""
    from mll_core.infra import profiler

    old = {str(row["data_version"]) for row in desk.results(Stage.COLLECT)}
    new = sorted(made.order.moved[name] for name in old & made.holding)
    return {name: profiler.profile(desk.objects.path(name), name).to_json() for name in new}
