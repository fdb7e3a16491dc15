"""Who was erased stays out when the same file is read again: told by fingerprint, not by name."""

import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from mll_core.domain.data import DataVersion
from mll_core.domain.subject import Condition, Erased, Subject
from mll_core.infra import subject_rows, warehouse
from mll_core.infra.keys import pseudonym
from mll_core.infra.objects import ObjectStore
from mll_core.infra.warehouse import identifier


@contextmanager
def aside(objects: ObjectStore) -> Iterator[ObjectStore]:
    """A store of its own on the same disk, gone at the end: what is read there is kept nowhere."""
    with tempfile.TemporaryDirectory(dir=objects.new().parent) as folder:
        yield ObjectStore(Path(folder))


def bring(version: DataVersion, scratch: ObjectStore, objects: ObjectStore) -> None:
    """Keep one version of another store."""
    temporary = objects.new()
    shutil.copyfile(scratch.path(version.sha256), temporary)
    objects.keep(temporary)


def leave_out(
    version: DataVersion,
    tombstones: Iterable[Erased],
    objects: ObjectStore,
    called: Mapping[str, str] | None = None,
) -> DataVersion:
    """The version without rows of people who were erased; the same one when there are none.

    ``called``: what a column that named somebody is called here, where that is something else.
    """
    for tombstone in tombstones:
        for names in ({}, called or {}):
            columns = [names.get(column, column) for column in tombstone.columns]
            if set(columns) <= set(version.names):
                for subject in _met(version, tombstone, columns, objects):
                    version = _without(version, subject, objects)
    return version


def _met(
    version: DataVersion, tombstone: Erased, columns: Sequence[str], objects: ObjectStore
) -> Iterator[Subject]:
    """The erased persons that come up in a version again, named by its ``columns``."""
    texts = ", ".join(
        f"CAST({identifier(name)} AS VARCHAR) AS c{i}" for i, name in enumerate(columns)
    )
    known = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in columns)
    sql = f"SELECT DISTINCT {texts} FROM t WHERE {known}"
    for row in warehouse.query(sql, t=objects.path(version.sha256)).to_pylist():
        values = [str(row[f"c{i}"]) for i in range(len(columns))]
        for typed in _typed(values):
            told = [
                [c, unicodedata.normalize("NFC", v)]
                for c, v in zip(tombstone.columns, typed, strict=True)
            ]
            if pseudonym(told) == tombstone.subject:
                pairs = zip(columns, values, strict=True)
                yield Subject.where(Condition(column=c, value=v) for c, v in pairs)
                break


def _typed(values: Sequence[str]) -> Iterator[list[str]]:
    """As the column writes the values, and as a person may have typed whole numbers."""
    yield list(values)
    plain = [value.removesuffix(".0") for value in values]
    if plain != list(values):
        yield plain


def _without(version: DataVersion, subject: Subject, objects: ObjectStore) -> DataVersion:
    path = objects.path(version.sha256)
    condition = str(subject_rows.matching(path, subject))
    temporary = objects.new()
    rows = subject_rows.without(path, condition, temporary)
    size = temporary.stat().st_size
    return version.model_copy(
        update={
            "sha256": objects.keep(temporary),
            "rows": rows,
            "bytes": size,
            "understood": version.understood + left_out(version.rows - rows),
        }
    )


def left_out(gone: int) -> str:
    """What is added to how the data was understood when ``gone`` rows went; empty for none."""
    rows = f"{gone:,} row{'s' * (gone != 1)}"
    return f" {rows} of somebody who was erased left out." if gone else ""
