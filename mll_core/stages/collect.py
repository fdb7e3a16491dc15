"""Stage 2, collect: a source becomes a data version, its profile, and what was found in it."""

from functools import partial
from pathlib import Path

from mll_core.catalog import CHECKS, CONNECTORS, TASKS
from mll_core.domain.check import Evidence
from mll_core.domain.connector import Connector, Progress, ReadOptions, quiet
from mll_core.domain.data import DataVersion, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import UnreadableSource
from mll_core.domain.finding import Finding, Severity, worst_first
from mll_core.domain.source_address import refuse_password, scheme_of
from mll_core.domain.task import Task
from mll_core.infra import answered, profiler, reader, room, warehouse
from mll_core.infra.objects import ObjectStore

_EXCLUDE = "prepare.exclude"


def ingest(
    source: str, options: ReadOptions, objects: ObjectStore, progress: Progress = quiet
) -> DataVersion:
    """Read ``source`` into an immutable Parquet version; on failure nothing is left behind.

    Raises UnreadableSource, NotFound (a sample), NoRoom, Stopped.
    """
    connector = connector_of(source)
    room.need(objects.home, source)
    parquet = objects.new()
    try:
        understood = connector.write(source, options, parquet, progress)
        rows, columns = reader.describe(parquet)
        size = parquet.stat().st_size
        sha256 = objects.keep(parquet)
    finally:
        parquet.unlink(missing_ok=True)
    return DataVersion(
        sha256=sha256,
        rows=rows,
        columns=columns,
        source=source,
        bytes=size,
        understood=understood,
    )


def connector_of(source: str) -> Connector:
    """The connector that reads ``source``, judged by its name.

    Raises UnreadableSource, InvalidParameter when a password stands in it.
    """
    refuse_password(source)
    if not source.strip():
        raise UnreadableSource("No source is given.", hint="Name a file, or sample:churn.")
    for cls in CONNECTORS.values():
        if cls.reads(source):
            return cls.of()
    path = Path(source).expanduser()
    if path.is_dir():
        hint = f"Name one file, or all of them: {source.rstrip('/')}/*.csv."
        raise UnreadableSource(f"{source!r} is a folder, not a file.", hint=hint)
    known = ", ".join(dict.fromkeys(end for cls in CONNECTORS.values() for end in cls.endings))
    if not path.exists() and "://" not in source:
        raise UnreadableSource(f"There is no file {source!r}.", hint="Check the path.")
    raise UnreadableSource(f"{source!r} is of no kind that is read.", hint=f"Read are: {known}.")


def profile(version: DataVersion, path: Path, progress: Progress = quiet) -> Profile:
    """The version in numbers: all rows, no sample."""
    return profiler.profile(path, version.sha256, progress)


def findings(
    profile: Profile,
    path: Path,
    brief: Brief,
    excluded: frozenset[str] = frozenset(),
    progress: Progress = quiet,
) -> tuple[Finding, ...]:
    """What every check says, problems first; a column is proposed for exclusion only once.

    Checks run before the split and so see all rows. Those that need the target wait for it.
    Raises Stopped between two checks when ``progress`` does.
    """
    target = brief.target if brief.target and profile.column(brief.target) else None
    task = TASKS[brief.task].task if brief.task in TASKS else None
    evidence = Evidence(
        profile=profile,
        table=warehouse.table(path),
        ask=partial(answered.records, path=path, rows=profile.rows),
        target=target,
        task=task or _likely_task(profile, target),
        excluded=excluded,
    )
    asked = [cls for cls in CHECKS.values() if target or not cls.needs_target]
    found = list[Finding]()
    for done, cls in enumerate(asked):
        progress(done / len(asked), f"Judging the columns: check {done + 1} of {len(asked)}")
        found += cls.of().findings(evidence)
    return _once(worst_first(tuple(found)))


def source_findings(source: str) -> tuple[Finding, ...]:
    """What is to be said of where the rows come from, whatever is in them."""
    if scheme_of(source) != "http":
        return ()
    sentence = (
        "The rows came over a connection without protection (http): anybody on the way could "
        "have read or changed them. Write https:// if the server offers it."
    )
    return (Finding(code="unprotected_source", severity=Severity.CHECK, sentence=sentence),)


def _likely_task(profile: Profile, target: str | None) -> Task | None:
    """A rough guess, good enough to judge columns by; the brief's own guess is stage 1's."""
    column = profile.column(target) if target else None
    if column is None:
        return None
    if column.distinct <= 2:  # noqa: PLR2004
        return Task.BINARY
    numeric = column.mean is not None
    few = column.distinct <= 20 and column.distinct < 0.05 * profile.rows  # noqa: PLR2004
    return Task.REGRESSION if numeric and not few else Task.MULTICLASS


def _once(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The same with one exclusion per column: the first, which stands on the worst finding."""
    seen: set[str] = set()
    kept = []
    for finding in findings:
        fix = finding.fix
        if fix and fix.path == _EXCLUDE and fix.value["column"] in seen:
            kept.append(finding.model_copy(update={"fix": None}))
            continue
        if fix and fix.path == _EXCLUDE:
            seen.add(fix.value["column"])
        kept.append(finding)
    return tuple(kept)
