"""The sample that people look at is drawn once, however many processes look."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from mll_core.infra import few_rows, sealed
from mll_core.infra.objects import ObjectStore

MANY = """
SELECT i AS id, i / 7 AS share, CASE i % 3 WHEN 0 THEN NULL ELSE 'n' || i END AS "a b",
       DATE '2024-01-01' + (i % 900)::INTEGER AS day, i % 2 = 0 AS even
FROM range({many}) t(i)
"""
IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from mll_core.infra import few_rows
few_rows.warehouse.arrow = None  # what reads the large file
rows, total = few_rows.sample(Path(sys.argv[1]))
print(total, hash(tuple(rows.column("id").to_pylist())))
"""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    objects = ObjectStore(tmp_path)
    path = objects.new()
    duckdb.sql(f"COPY ({MANY.format(many=30_000)}) TO '{path}' (FORMAT parquet)")
    return objects.path(objects.keep(path))


def test_a_second_process_does_not_read_the_large_file_again(large: Path) -> None:
    rows, total = few_rows.sample(large)
    told = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(large)]
    said = subprocess.run(told, capture_output=True, text=True, check=True).stdout.split()
    assert said == ["30000", str(hash(tuple(rows.column("id").to_pylist())))]
    assert (total, len(rows)) == (30_000, few_rows.SAMPLE)


def test_the_kept_sample_is_the_drawn_one(large: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.parquet"
    elsewhere.write_bytes(large.read_bytes())
    kept, drawn = few_rows.sample(large), few_rows.sample(elsewhere)
    assert kept[0].equals(drawn[0])
    assert kept[0].schema.equals(drawn[0].schema)
    assert len(list((tmp_path / "sealed").iterdir())) == 1


def test_what_forgets_the_sealed_files_forgets_the_samples(large: Path, tmp_path: Path) -> None:
    few_rows.sample(large)
    assert sealed.forget(tmp_path) == 1
    assert not list((tmp_path / "sealed").iterdir())


def test_where_nothing_can_be_kept_the_rows_are_looked_at_all_the_same(
    large: Path, tmp_path: Path
) -> None:
    (tmp_path / "sealed").write_text("no folder can be made here")
    rows, _ = few_rows.sample(large)
    assert len(rows) == few_rows.SAMPLE
