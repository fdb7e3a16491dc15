"""The prepared tables of one project: made as files, listed, named, compared, made again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mll_core import freshness, intake, lifecycle
from mll_core.bench import Bench
from mll_core.catalog import read_steps
from mll_core.domain.connector import Progress, part, quiet
from mll_core.domain.data import DataVersion, Split
from mll_core.domain.errors import InvalidParameter, MllError, NotFound, NotReady
from mll_core.domain.identity import Permission
from mll_core.domain.prepared import Difference, Parting, PreparedVersion, Rebuilt
from mll_core.domain.recipe import Recipe
from mll_core.domain.stage import Stage
from mll_core.domain.task import Task
from mll_core.history import History
from mll_core.infra import files, locks
from mll_core.infra.artefacts import PREPARED, Artefact
from mll_core.infra.database import now
from mll_core.infra.guard import needs
from mll_core.infra.objects import ObjectStore

SPLIT = 0.3
"""Share of the work that choosing and parting the rows is."""


class PreparedVersions:
    """What the whole recipe made of all rows, as files that never change."""

    def __init__(self, bench: Callable[[], Bench], history: History) -> None:
        self.access = history.access
        self._bench = bench
        self._history = history

    @needs(Permission.VIEW)
    def all(self) -> tuple[PreparedVersion, ...]:
        """Every version, newest first."""
        found = self._bench().artefacts.all(PREPARED)
        return tuple(PreparedVersion(**artefact.value) for artefact in found)

    @property
    @needs(Permission.VIEW)
    def names(self) -> dict[str, str]:
        """sha256 by name, in the order they were given."""
        return dict(self._history.document().prepare.tables)

    @needs(Permission.VIEW)
    def find(self, which: str) -> PreparedVersion:
        """The version of that number, name or beginning of its sha256. Raises NotFound."""
        sha256 = self.names.get(which, which)
        for version in self.all():
            if which == str(version.number) or version.data.sha256 == sha256:
                return version
        begun = [v for v in self.all() if len(which) >= 6 and v.data.sha256.startswith(which)]  # noqa: PLR2004
        if len(begun) != 1:
            known = (*self.names, *(str(version.number) for version in self.all()))
            raise NotFound.named("prepared version", which, known)
        return begun[0]

    @needs(Permission.RUN)
    def make(self, progress: Progress = quiet) -> PreparedVersion:
        """The whole recipe over all rows one may see, as a new version; the one there is, if any.

        With a target, rows are collected and parted first where that is due: the recipe learns on
        rows to learn from, and those of the sealed test are left out until it was opened. Raises
        whatever collecting and preparing refuse, and what ``progress`` raises.
        """
        bench = self._bench()
        lock = bench.home / "locks" / f"{bench.slug}.run"
        with locks.held(lock, what=f"A run of {bench.slug!r}", patience=1.0):
            return self._make(bench, progress)

    def _make(self, bench: Bench, progress: Progress) -> PreparedVersion:
        parting = _part(bench, part(progress, 0.0, SPLIT))
        order = _Order(bench, parting, _opened(bench) if parting else False)
        earlier = bench.artefacts.same_inputs(PREPARED, order.inputs)
        if earlier is not None and not earlier.value["withdrawn"]:
            return PreparedVersion(**earlier.value)
        data, learned = order.prepare(part(progress, SPLIT, 1.0))
        version = order.version(data, learned, 1 + max((v.number for v in self.all()), default=0))
        bench.artefacts.add(order.artefact(version), "prepared.made", number=version.number)
        return version

    @needs(Permission.EDIT)
    def name(self, which: str, name: str) -> None:
        """Give a version a name; named ones are kept whatever their age. Raises NotFound."""
        if not name.strip():
            raise InvalidParameter("A version needs a name.", hint="Such as: for the board.")
        version = self.find(which)
        self._history.take_hand_edits()
        now = self._history.newest()
        kept = self._history.read(now).prepare.tables
        names = {**kept, name.strip(): version.data.sha256}
        said = f"named the prepared version {version.number} {name.strip()!r}"
        self._history.edit({"prepare.tables": names}, said, based_on=now)

    @needs(Permission.QUERY)
    def path(self, which: str) -> Path:
        """The version as a Parquet file. Raises NotFound, NotReady when it was destroyed."""
        version = self.find(which)
        if version.withdrawn:
            what = f"Version {version.number} was destroyed: somebody was erased from its rows."
            raise NotReady(what, hint="Prepare the whole table again.")
        return self._bench().objects.path(version.data.sha256)

    @needs(Permission.QUERY)
    def write(self, which: str, out: str | Path, *, raw_text: bool = False) -> int:
        """Write a version to a .csv or .parquet file; how many rows. Raises InvalidParameter."""
        from mll_core.infra import table_file

        self._bench().reach.output(out)
        return table_file.write(self.path(which), Path(out), raw_text=raw_text)

    @needs(Permission.QUERY)
    def compare(self, old: str, new: str) -> Difference:
        """What became of the rows and columns of ``old``. Raises NotFound, NotReady."""
        from mll_core.infra import table_difference

        keys = self._history.document().data.keys
        return table_difference.compare(self.path(old), self.path(new), keys)

    @needs(Permission.RUN)
    def reproduce(self, which: str, progress: Progress = quiet) -> Rebuilt:
        """Make a version again from its source and its recipe, beside it; nothing is kept.

        Raises NotReady when the data it was made of is gone.
        """
        bench, version = self._bench(), self.find(which)
        with files.temporary_folder(bench.home) as folder:
            scratch = ObjectStore(folder)
            document = self._history.read(version.document_version)
            then = replace(bench, document=document, progress=part(progress, 0.0, SPLIT))
            source, raw = _read_again(then, version, scratch)
            _lend(bench, version, scratch)
            data, learned = _again(version, raw, scratch, part(progress, SPLIT, 1.0))
            same = data.sha256 == version.data.sha256
            return Rebuilt(
                number=version.number,
                expected=version.data.sha256,
                found=data.sha256,
                source=source,
                learned=learned == version.learned,
                difference=None if same else self._differs(version, scratch.path(data.sha256)),
            )

    def _differs(self, version: PreparedVersion, found: Path) -> Difference | None:
        from mll_core.infra import table_difference

        if version.withdrawn:
            return None
        return table_difference.compare(self.path(str(version.number)), found)


class _Order:
    """What one prepared version is made of."""

    def __init__(self, bench: Bench, parting: Parting | None, with_test: bool) -> None:
        self._bench = bench
        self._recipe = Recipe(steps=bench.document.prepare.steps).running
        self._parting = parting
        self._with_test = with_test
        self._raw, _ = bench.data()
        self._others = bench.split().others if parting else _others(bench, self._recipe)
        plain = None if parting is None else parting.to_json()
        self._steps = tuple(step.plain() for step in self._recipe.steps)
        self.inputs = freshness.digest(
            self._raw.sha256, self._steps, plain, with_test, [one.sha256 for one in self._others]
        )

    def prepare(self, progress: Progress) -> tuple[DataVersion, str]:
        objects = self._bench.objects
        if self._parting is None:
            raw = objects.path(self._raw.sha256)
            return _whole(self._recipe, raw, self._others, objects, progress)
        return _of_split(self._recipe, self._bench.split(), self._with_test, objects, progress)

    def version(self, data: DataVersion, learned: str, number: int) -> PreparedVersion:
        return PreparedVersion(
            number=number,
            data=data,
            raw=self._raw.sha256,
            source=self._raw.source,
            document_version=self._bench.document_version,
            steps=self._steps,
            sentences=tuple(self._recipe.sentences()),
            others=self._others,
            parting=self._parting,
            with_test=self._with_test,
            learned=learned,
            by=self._bench.actor.name,
            at=now(),
        )

    def artefact(self, version: PreparedVersion) -> Artefact:
        return Artefact(
            project=self._bench.slug,
            stage=PREPARED,
            fingerprint=self.inputs,
            inputs=self.inputs,
            document_version=self._bench.document_version,
            data_version=self._raw.sha256,
            value=version.to_json(),
        )


def _part(bench: Bench, progress: Progress) -> Parting | None:
    """Bring the data, and with a target the split, up to date; what the rows are parted by."""
    from mll_core.stages import business

    target = bench.document.brief.target
    parted = target is not None or not business.needs_target(bench.document.brief)
    until = Stage.PREPARE if parted else Stage.COLLECT
    most = freshness.SHARES[until][1]
    told = replace(bench, progress=lambda share, said: progress(min(1.0, share / most), said))
    lifecycle.run(told, until)
    if not parted:
        bench.tables.bring(bench.document, bench.document_version, told.progress)
        return None
    task, strata = Task(bench.business()["task"]), lifecycle.strata(bench)
    return Parting(section=bench.document.split, target=target, task=task, strata=strata)


def _opened(bench: Bench) -> bool:
    return bool(bench.seals.openings(bench.split().test.sha256))


def _others(bench: Bench, recipe: Recipe) -> tuple[DataVersion, ...]:
    """The other tables that the steps read, as they were read last."""
    known = bench.tables.known()
    wanted = dict.fromkeys(source for step in recipe.steps for source in step.sources())
    return tuple(known[source] for source in wanted if source in known)


def _whole(
    recipe: Recipe,
    path: Path,
    others: tuple[DataVersion, ...],
    objects: ObjectStore,
    progress: Progress,
) -> tuple[DataVersion, str]:
    from mll_core.stages.prepare import whole

    tables = {one.source: objects.path(one.sha256) for one in others}
    return whole.whole(recipe, path, objects, tables, progress)


def _of_split(
    recipe: Recipe, split: Split, with_test: bool, objects: ObjectStore, progress: Progress
) -> tuple[DataVersion, str]:
    from mll_core.stages.prepare import whole

    learn_from = objects.path(split.development.sha256)
    rows = objects.path(split.shaped.sha256) if with_test else learn_from
    return whole.replayed(recipe, learn_from, rows, objects, progress)


def _read_again(bench: Bench, version: PreparedVersion, scratch: ObjectStore) -> tuple[str, Path]:
    """What the source gives today, and the data to start from. Raises NotReady when it is gone."""
    said = ""
    try:
        seen = (bench.reach, bench.progress, bench.forgotten())
        found = intake.collect_data(bench.document, scratch, *seen)
        read = str(found["data"]["sha256"])
        if read == version.raw:
            return "same", scratch.path(read)
        said = "differs"
    except MllError as error:
        said = f"not read: {error}"
    try:
        return said, bench.objects.path(version.raw)
    except NotFound as error:
        what = f"The data that version {version.number} was made of is gone; its source: {said}."
        raise NotReady(what, hint="Restore the source as it was.") from error


def _lend(bench: Bench, version: PreparedVersion, scratch: ObjectStore) -> None:
    """Copies of the other tables it was made of. Raises NotFound when one is gone."""
    for one in version.others:
        temporary = scratch.new()
        with bench.objects.path(one.sha256).open("rb") as held:
            files.copy(held, temporary)
        scratch.keep(temporary)


def _again(
    version: PreparedVersion, raw: Path, scratch: ObjectStore, progress: Progress
) -> tuple[DataVersion, str]:
    from mll_core.stages import prepare

    recipe, parting = Recipe(steps=read_steps(version.steps)), version.parting
    if parting is None:
        return _whole(recipe, raw, version.others, scratch, progress)
    others = {one.source: one for one in version.others}
    plan = prepare.SplitPlan(
        parting.section, parting.target, parting.task, others, strata=parting.strata
    )
    split = prepare.split(recipe, raw, plan, scratch)
    return _of_split(recipe, split, version.with_test, scratch, progress)
