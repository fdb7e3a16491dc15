import datetime as dt
import os
import threading
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pytest

from mll_core.domain.errors import NotFound
from mll_core.infra import raw_numbers, sealed
from mll_core.infra.objects import ObjectStore
from mll_core.infra.sealed import Versions

ROWS = """
SELECT i AS "the id", DATE '2024-01-01' + i::INTEGER AS day, (i / 7)::DECIMAL(9, 3) AS price,
       CASE i % 3 WHEN 0 THEN NULL ELSE 'name ' || i END AS "a""b", i / 3 AS share,
       i % 2 = 0 AS even
FROM range({many}) t(i)
"""
KINDS = 'SELECT "the id", day::TIMESTAMP AS day, price::DOUBLE AS price, "a""b", share, even'


def keep(objects: ObjectStore, sql: str) -> str:
    path = objects.new()
    duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return objects.keep(path)


@pytest.fixture
def objects(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path)


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file), read_only=True) as engine:
        return engine.execute(sql).fetchall()


def test_dates_and_decimals_are_what_they_were(tmp_path: Path, objects: ObjectStore) -> None:
    file = sealed.sealed(tmp_path, objects, Versions(keep(objects, ROWS.format(many=8))))
    (row,) = rows(file, 'FROM raw WHERE "the id" = 4')
    assert row == (4, dt.date(2024, 1, 5), Decimal("0.571"), "name 4", 4 / 3, True)


def test_the_file_is_made_once_read_only_and_anew_when_it_was_deleted(
    tmp_path: Path, objects: ObjectStore
) -> None:
    versions = Versions(keep(objects, ROWS.format(many=5)))
    file = sealed.sealed(tmp_path, objects, versions)
    first = file.stat()
    assert first.st_mode & 0o777 == 0o444
    assert sealed.sealed(tmp_path, objects, versions).stat().st_ino == first.st_ino
    assert sealed.forget(tmp_path) == 1
    assert not file.exists()
    assert rows(sealed.sealed(tmp_path, objects, versions), "SELECT count(*) FROM raw") == [(5,)]
    assert not list((tmp_path / "tmp").iterdir())


def test_other_versions_are_another_file(tmp_path: Path, objects: ObjectStore) -> None:
    one, two = keep(objects, ROWS.format(many=5)), keep(objects, ROWS.format(many=6))
    files = {sealed.sealed(tmp_path, objects, Versions(version)) for version in (one, two)}
    assert len(files) == 2


def test_a_version_that_is_gone_is_said_to_be(tmp_path: Path, objects: ObjectStore) -> None:
    with pytest.raises(NotFound):
        sealed.sealed(tmp_path, objects, Versions("0" * 64))
    assert not list((tmp_path / "tmp").glob("*"))


def numbers(objects: ObjectStore, *rows: int) -> str:
    path = objects.new()
    raw_numbers.keep(np.array(rows, dtype=np.int64), path)
    return objects.keep(path)


def test_no_sealed_row_is_in_any_table(tmp_path: Path, objects: ObjectStore) -> None:
    """A sealed row is known by its number, whatever was made of it."""
    raw = keep(objects, ROWS.format(many=300))
    development = keep(objects, f'{KINDS} FROM ({ROWS.format(many=300)}) WHERE "the id" % 5 > 0')
    sealed_rows = numbers(objects, *range(0, 300, 5))
    file = sealed.sealed(tmp_path, objects, Versions(raw, development, sealed_rows))
    for table in ("raw", "prepared"):
        found = rows(file, f'SELECT count(*), count(*) FILTER ("the id" % 5 = 0) FROM {table}')
        assert found == [(240, 0)]


def test_the_other_rows_are_a_file_in_their_order_with_their_types(
    tmp_path: Path, objects: ObjectStore
) -> None:
    raw = keep(objects, ROWS.format(many=9))
    path = sealed.open_rows(tmp_path, objects, raw, numbers(objects, 0, 3, 8))
    found = duckdb.sql(f"FROM '{path}'")
    assert [row[0] for row in found.fetchall()] == [1, 2, 4, 5, 6, 7]
    assert found.types == duckdb.sql(f"FROM '{objects.path(raw)}'").types
    nothing = sealed.open_rows(tmp_path, objects, raw, numbers(objects))
    assert duckdb.sql(f"SELECT count(*) FROM '{nothing}'").fetchall() == [(9,)]


def test_what_nobody_asked_for_a_week_is_swept(tmp_path: Path, objects: ObjectStore) -> None:
    versions = [Versions(keep(objects, ROWS.format(many=many))) for many in (1, 2)]
    old, young = (sealed.sealed(tmp_path, objects, one) for one in versions)
    os.utime(old, (time.time() - 8 * 24 * 3600,) * 2)
    assert sealed.sweep(tmp_path) == 1
    assert not old.exists()
    assert young.exists()


def test_many_may_ask_for_the_same_file_at_once(tmp_path: Path, objects: ObjectStore) -> None:
    versions = Versions(keep(objects, ROWS.format(many=1_000)))
    made: list[Path] = []

    def ask() -> None:
        made.append(sealed.sealed(tmp_path, objects, versions))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert rows(made[0], "SELECT count(*) FROM raw") == [(1_000,)]
