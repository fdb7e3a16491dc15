import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from samples import parquet

from mll_core.domain.errors import NoRoom, UnreadableSource
from mll_core.infra import warehouse

ROWS = pa.table({"n": [1, None], "t": ["x", None], "b": [True, None]})


@pytest.mark.parametrize("folder", ["plain", "it's [a] *?", "ü 日本"])
def test_files_in_oddly_named_folders_are_read(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "other.parquet").write_bytes(b"")
    path = parquet(tmp_path / folder, ROWS)
    table = warehouse.table(path)
    assert table.columns == ("n", "t", "b")
    assert warehouse.count(table, path) == 2
    assert warehouse.records(table.limit(1), path) == ({"n": 1, "t": "x", "b": True},)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 not really PAR1")
    for path in (broken, tmp_path / "nowhere.parquet", tmp_path):
        with pytest.raises(UnreadableSource, match="Cannot read"):
            warehouse.table(path)


def test_types_of_a_frame_follow_from_the_columns_not_from_the_values() -> None:
    sql = "SELECT t, DATE '2024-02-29' AS d, 1.5::DECIMAL(4, 2) AS m, sum(n) OVER () AS s, n"
    sql += " FROM rows"
    many, none = warehouse.frame(sql, ROWS), warehouse.frame(f"{sql} WHERE t IS NULL", ROWS)
    assert many.dtypes.equals(none.dtypes)
    assert many.dtypes.astype(str).tolist() == ["str", "datetime64[us]", *["float64"] * 3]


def test_writing_twice_gives_the_same_bytes_in_the_same_order(tmp_path: Path) -> None:
    rows = pa.table({"i": range(400_000), "x": [i % 97 / 7 for i in range(400_000)]})
    keep = pa.table({"keep": [i % 3 == 0 for i in range(400_000)]})
    sql = "SELECT r.* FROM rows r POSITIONAL JOIN k WHERE k.keep"
    paths = [tmp_path / f"{i}.parquet" for i in range(2)]
    assert [warehouse.write(sql, rows, path, k=keep) for path in paths] == [133_334, 133_334]
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}) == 1
    assert warehouse.frame("SELECT i FROM rows", paths[0])["i"].tolist() == [*range(0, 400_000, 3)]


def test_threads_do_not_see_each_others_rows() -> None:
    def total(i: int) -> float:
        rows = pa.table({"x": [i] * 1000})
        return float(warehouse.frame("SELECT sum(x) AS s FROM rows", rows)["s"][0])

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(total, range(40))) == [1000 * i for i in range(40)]


def test_several_sources_are_asked_together(tmp_path: Path) -> None:
    path = parquet(tmp_path, ROWS)
    found = warehouse.query("SELECT a.n + b.m AS s FROM a, b", a=path, b=pa.table({"m": [10]}))
    assert found["s"].to_pylist() == [11, None]


@pytest.mark.parametrize("name", ["a", 'say "x"', "it's", "self", "select", "ü", " ", "日本"])
def test_any_name_can_be_quoted(name: str) -> None:
    rows = pa.table({name: [1]})
    assert warehouse.frame(f"SELECT {warehouse.identifier(name)} FROM rows", rows)[name][0] == 1
    said = warehouse.frame(f"SELECT {warehouse.literal(name)} AS said FROM rows", rows)
    assert said["said"][0] == name


def test_a_few_rows_come_out_as_many_do() -> None:
    sql = "SELECT n::DOUBLE AS n, t, TIMESTAMP '2024-02-29 01:02:03.456' AS w FROM rows"
    schema = pa.schema([("n", pa.float64()), ("t", pa.string()), ("w", pa.timestamp("us"))])
    assert warehouse.few(sql, ROWS, schema) == warehouse.arrow(sql, ROWS).cast(schema)
    assert len(warehouse.few(sql, ROWS.slice(0, 0), schema)) == 0


def test_a_full_disk_is_said_in_one_sentence(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this machine")
    full = tmp_path / "full.parquet"
    full.symlink_to("/dev/full")
    with pytest.raises(NoRoom, match="disk is full"):
        warehouse.write("SELECT * FROM range(100000)", ROWS, full)


def test_times_with_a_zone_are_utc() -> None:
    frame = warehouse.frame("SELECT TIMESTAMPTZ '2024-01-01 00:00+02' ::TIMESTAMP AS t", ROWS)
    assert frame["t"][0] == pd.Timestamp("2023-12-31 22:00")
