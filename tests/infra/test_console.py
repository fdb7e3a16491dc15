import json
from pathlib import Path

import duckdb
import pytest

from mll_core.domain.errors import InvalidParameter, MllError, UnfitQuestion
from mll_core.infra import console
from mll_core.infra.objects import ObjectStore
from mll_core.infra.sealed import Versions, sealed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    objects = ObjectStore(tmp_path)
    path = objects.new()
    duckdb.sql(f"""COPY (SELECT i AS n, 'plan ' || i % 3 AS plan, i % 2 = 0 AS "left"
                   FROM range(3000) t(i)) TO '{path}' (FORMAT parquet)""")
    return sealed(tmp_path, objects, Versions(objects.keep(path)))


def ask(file: Path, sql: str, limit: int = 1_000) -> list[list[object]]:
    result = console.ask(file, sql, asker="ana", limit=limit)
    return json.loads(json.dumps(result.to_json()["rows"], allow_nan=False))


def refused(file: Path, sql: str) -> str:
    with pytest.raises(MllError) as caught:
        ask(file, sql)
    return f"{caught.value} {caught.value.hint}"


def test_the_tables_are_told_with_rows_and_types(file: Path) -> None:
    (table,) = console.tables(file, asker="ana")
    assert (table.name, table.rows) == ("raw", 3_000)
    assert [(c.name, c.type) for c in table.columns] == [
        ("n", "BIGINT"),
        ("plan", "VARCHAR"),
        ("left", "BOOLEAN"),
    ]


def test_one_page_is_shown_in_the_order_asked_and_more_is_said(file: Path) -> None:
    result = console.ask(file, "SELECT n FROM raw ORDER BY n DESC", asker="ana", limit=10)
    assert [row[0] for row in result.rows] == list(range(2_999, 2_989, -1))
    assert result.more
    assert not console.ask(file, "FROM raw LIMIT 5", asker="ana").more


@pytest.mark.parametrize(
    ("sql", "cell"),
    [
        ("NULL", None),
        ("true", True),
        ("42", 42),
        ("9007199254740993", "9007199254740993"),
        ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
        ("1.5::DOUBLE", 1.5),
        ("1 / 0", None),
        ("0.0::DOUBLE / 0", None),
        ("'nan'::DOUBLE", "nan"),
        ("'-inf'::DOUBLE", "-infinity"),
        ("1.50::DECIMAL(9, 2)", 1.5),
        ("12345678901234567.89", "12345678901234567.89"),
        ("'\\x00\\xFF'::BLOB", "\\x00\\xFF"),
        ("INTERVAL 14 MONTH", "1 year 2 months"),
        ("TIMESTAMPTZ '2024-01-01 10:00:00+02'", "2024-01-01 08:00:00+00"),
        ("'2024-01-01 00:00:00.123456789'::TIMESTAMP_NS", "2024-01-01 00:00:00.123456789"),
        ("DATE '2024-02-29'", "2024-02-29"),
        ("'infinity'::DATE", "infinity"),
        ("{'a': [1, 2]}", "{'a': [1, 2]}"),
        ("'0191d94e-0000-7000-8000-000000000000'::UUID", "0191d94e-0000-7000-8000-000000000000"),
        ("repeat('x', 20000)[:3]", "xxx"),
    ],
)
def test_every_kind_of_value_is_told_as_plain_data(file: Path, sql: str, cell: object) -> None:
    assert ask(file, f"SELECT {sql} AS x, 7 AS x") == [[cell, 7]]


def test_a_page_and_a_cell_are_cut_before_they_are_too_large(file: Path) -> None:
    assert "20,000 letters" in str(ask(file, "SELECT repeat('x', 20000)"))
    result = console.ask(file, "SELECT repeat('x', 9999) FROM raw", asker="ana")
    assert 100 < len(result.rows) < 500
    assert result.more


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1;",
        "SELECT 1; -- done",
        "SELECT 1 -- ; done",
        "/* ; */ SELECT 1 /* ; */ ;;",
        "FROM (VALUES (1))",
        "WITH x AS (SELECT 1) FROM x",
    ],
)
def test_comments_and_the_end_of_a_question_are_no_part_of_it(file: Path, sql: str) -> None:
    assert ask(file, sql) == [[1]]


def test_tables_can_be_described_summarised_pivoted_and_explained(file: Path) -> None:
    assert len(ask(file, "DESCRIBE raw")) == len(ask(file, "SUMMARIZE raw")) == 3
    assert len(ask(file, 'PIVOT raw ON plan USING count(*) GROUP BY "left"')) == 2
    assert "physical_plan" in str(ask(file, "EXPLAIN SELECT n FROM raw WHERE n > 5"))


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELEC 1", ["near 'SELEC'", "line 1, letter 1"]),
        ("SELECT n\nFROM raw\nWHERE (", ["line 3, letter 7"]),
        ("SELECT left FROM raw", ["In double quotes", '"left"']),
        ("SELECT plam FROM raw", ["no column 'plam'", "Did you mean 'plan'"]),
        ("FROM rav", ["no table 'rav'", "Did you mean 'raw'"]),
        ("SELECT foo(1)", ["no function 'foo'", "letter 8"]),
        ("FROM 'other.csv'", ["only the project's tables", "Ask raw"]),
        ("SELECT 'a'::INTEGER", ["Could not convert string 'a'", "letter 11"]),
        ("SELECT 1; SELECT 2", ["2 questions", "one after the other"]),
        ("DROP TABLE raw", ["changes nothing"]),
        ("SET threads = 1", ["changes nothing"]),
        ("", ["no question"]),
        ("\ud800", ["letters that are none"]),
        ("x" * 200_000, ["200,000 letters"]),
    ],
)
def test_a_refusal_is_a_sentence_with_what_to_do(file: Path, sql: str, words: list[str]) -> None:
    said = refused(file, sql)
    assert all(word in said for word in words), said


def test_nothing_shows_where_the_file_is(file: Path, tmp_path: Path) -> None:
    for sql in ("FROM duckdb_databases()", "FROM duckdb_settings()", "SHOW ALL TABLES"):
        assert str(tmp_path) not in str(ask(file, sql))
    assert "changes nothing" in refused(file, "PRAGMA database_list")
    assert not list((tmp_path / "tmp").iterdir())


def test_a_download_is_whole_and_no_cell_of_it_is_a_formula(file: Path, tmp_path: Path) -> None:
    sql = "SELECT n, '=1+1' AS f, \"left\" FROM raw ORDER BY n"
    assert console.download(file, sql, tmp_path / "a.csv", asker="ana") == 3_000
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines[:2] == ['"n","f","left"', '0,"\'=1+1",true']
    assert console.download(file, sql, tmp_path / "a.parquet", asker="ana") == 3_000
    found = duckdb.sql(f"SELECT count(*), min(f) FROM '{tmp_path / 'a.parquet'}'").fetchall()
    assert found == [(3_000, "=1+1")]


def test_a_download_that_is_refused_leaves_nothing(file: Path, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    for sql, name in (("FROM nope", "a.csv"), ("FROM raw", "a.txt"), ("FROM raw", "no/a.csv")):
        with pytest.raises((UnfitQuestion, InvalidParameter)):
            console.download(file, sql, tmp_path / name, asker="ana")
    assert set(tmp_path.rglob("*")) == before
