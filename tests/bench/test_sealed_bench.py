"""What sealing a million rows costs, and how long questions over them take (``-m bench``)."""

import time
from pathlib import Path

import duckdb
import pytest

from mll_core.infra import console
from mll_core.infra.objects import ObjectStore
from mll_core.infra.sealed import Versions, sealed

ROWS = 1_000_000
TEST = 200_000
CELLS = ", ".join(
    f"hash(i * {n}) % 1000000 / 7 AS x{n}" if n % 2 else f"'v' || hash(i * {n}) % 500 AS c{n}"
    for n in range(1, 19)
)
TABLE = f"SELECT i AS id, DATE '2020-01-01' + (i % 1500)::INTEGER AS day, {CELLS} FROM range({{}})"
QUESTIONS = (
    "SELECT count(*) FROM raw",
    "SELECT c2, avg(x1), count(DISTINCT c4) FROM raw GROUP BY ALL ORDER BY 2 DESC",
    "FROM raw ORDER BY x3 DESC LIMIT 10",
    "SELECT count(*) FROM raw JOIN prepared USING (id)",
)


def keep(objects: ObjectStore, sql: str) -> str:
    path = objects.new()
    duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return objects.keep(path)


@pytest.mark.bench
def test_a_million_rows_are_sealed_within_seconds(tmp_path: Path) -> None:
    objects, table = ObjectStore(tmp_path), TABLE.format(f"{ROWS}) t(i")
    raw = keep(objects, table)
    kinds = f"SELECT * REPLACE (day::TIMESTAMP AS day) FROM ({table})"
    test = keep(objects, f"SELECT i AS row FROM range({TEST}) t(i)")
    prepared = keep(objects, f"{kinds} WHERE id >= {TEST}")
    for versions in (Versions(raw), Versions(raw, prepared, test)):
        start = time.monotonic()
        file = sealed(tmp_path, objects, versions)
        took = time.monotonic() - start
        print(f"sealed in {took:.1f} s, {file.stat().st_size / 1e6:.0f} MB: {versions}")
        assert took < 60
    console.tables(file, asker="ana")
    for question in QUESTIONS:
        start = time.monotonic()
        console.ask(file, question, asker="ana")
        print(f"{1000 * (time.monotonic() - start):5.0f} ms  {question}")
    assert console.ask(file, QUESTIONS[0], asker="ana").rows == ((ROWS - TEST,),)
