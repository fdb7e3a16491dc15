"""What was asked of a large file is not asked again, whoever asks."""

from pathlib import Path

import duckdb
import ibis
import pytest

from mll_core.infra import answered, sealed, warehouse
from mll_core.infra.objects import ObjectStore

MANY = "SELECT i AS id, 'n' || i % 3 AS kind, DATE '2024-01-01' AS day FROM range(100) t(i)"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    objects = ObjectStore(tmp_path)
    path = objects.new()
    duckdb.sql(f"COPY ({MANY}) TO '{path}' (FORMAT parquet)")
    return objects.path(objects.keep(path))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every question from here on."""
    found: list[object] = []
    records = warehouse.records
    monkeypatch.setattr(warehouse, "records", lambda *a, **k: found.append(a) or records(*a, **k))
    return found


def test_an_answer_is_kept_until_what_is_sealed_is_forgotten(
    stored: Path, tmp_path: Path, asked: list[object]
) -> None:
    table = warehouse.table(stored)
    query = table.group_by("kind").aggregate(n=ibis._.count(), most=ibis._["id"].max() / 3)
    first = answered.records(query.order_by("kind"), stored, answered.MANY)
    assert answered.records(query.order_by("kind"), stored, answered.MANY) == first
    assert first[0] == {"kind": "n0", "n": 34, "most": 33.0}
    assert len(asked) == 1
    answered.records(query.order_by("n"), stored, answered.MANY)
    assert len(asked) == 2
    assert sealed.forget(tmp_path) == 2
    assert answered.records(query.order_by("kind"), stored, answered.MANY) == first
    assert len(asked) == 3


def test_of_few_rows_and_of_files_elsewhere_nothing_is_kept(
    stored: Path, tmp_path: Path, asked: list[object]
) -> None:
    query = warehouse.table(stored).aggregate(n=ibis._.count(), day=ibis._["day"].max())
    few = answered.records(query, stored, answered.MANY - 1)
    elsewhere = tmp_path / "rows.parquet"
    elsewhere.write_bytes(stored.read_bytes())
    assert answered.records(query, elsewhere, answered.MANY) == few
    assert answered.records(query, stored, answered.MANY) == few  # a date is no plain data
    assert len(asked) == 3
    assert not list((tmp_path / "sealed").glob("*"))
