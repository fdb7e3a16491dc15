"""Tables of databases: SQLite and DuckDB files here, PostgreSQL beside the tests of its driver."""

import sqlite3
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from mll_core.domain.connector import ReadOptions
from mll_core.domain.data import DataVersion
from mll_core.domain.errors import InvalidParameter, MllError, UnreadableSource
from mll_core.infra.objects import ObjectStore
from mll_core.plugins.connectors.database import Database
from mll_core.stages import collect


@pytest.mark.parametrize(
    "source",
    [
        *("postgresql+psycopg://h/x", "mysql+pymysql://h/x", "sqlite:///x.db", "duckdb:///x"),
        *("PostgreSQL://h/x", "mysql://h/x"),
    ],
)
def test_databases_are_known_by_their_scheme(source: str) -> None:
    assert Database.reads(source)


@pytest.mark.parametrize(
    "source",
    [
        *("sqlite+pysqlite:///x", "mssql+pyodbc://h/x", "access+pyodbc://x", "oracle://h/x"),
        *("x.db", "x.duckdb", "jdbc:h2:mem:x", "postgres://h/x", "postgresql+asyncpg://h/x"),
    ],
)
def test_every_other_scheme_is_refused_by_the_list(source: str, tmp_path: Path) -> None:
    assert not Database.reads(source)
    with pytest.raises(UnreadableSource) as caught:
        collect.ingest(source, ReadOptions(table="t"), ObjectStore(tmp_path))
    assert caught.value.hint


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop 1.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            """CREATE TABLE orders (id INTEGER, paid REAL, "wo""rd" TEXT, day TEXT, at TEXT,
                                    mixed, photo BLOB, none TEXT);
            INSERT INTO orders VALUES
              (1, 1.5, 'a', '2026-01-31', '2026-01-31 10:00:00', 1, x'00', NULL),
              (2, 2, 'ü', NULL, '2026-02-01T11:30:00', 2.5, x'01', NULL),
              (NULL, NULL, NULL, '2024-02-29', NULL, NULL, NULL, NULL);
            CREATE TABLE "we ird;table" (n); INSERT INTO "we ird;table" VALUES (7);
            CREATE VIEW big AS SELECT id, paid FROM orders WHERE id > 1;
            CREATE TABLE empty (n);"""
        )
    connection.close()
    return path


def read(source: str, folder: Path, **options: str) -> DataVersion:
    return collect.ingest(source, ReadOptions(**options), ObjectStore(folder / "home"))


def rows(version: DataVersion, folder: Path) -> list[dict[str, object]]:
    path = ObjectStore(folder / "home").path(version.sha256)
    return list(pq.read_table(path).to_pylist())


def test_a_table_of_sqlite_keeps_its_types(file: Path, tmp_path: Path) -> None:
    version = read(f"sqlite:///{file}", tmp_path, table="orders")
    assert {column.name: column.type for column in version.columns} == {
        "id": "BIGINT",
        "paid": "DOUBLE",
        'wo"rd': "VARCHAR",
        "day": "DATE",
        "at": "TIMESTAMP",
        "mixed": "DOUBLE",
        "none": "VARCHAR",
    }
    first, second, third = rows(version, tmp_path)
    assert (first["id"], first["paid"], first["mixed"], str(first["day"])) == (
        *(1, 1.5, 1.0),
        "2026-01-31",
    )
    assert (second['wo"rd'], second["day"], str(second["at"])) == ("ü", None, "2026-02-01 11:30:00")
    assert third["id"] is third["at"] is None
    assert version.understood == (
        "Table 'orders' of the SQLite database 'shop 1.db': 7 columns, 3 rows; "
        "left out, as they hold bytes: 'photo'."
    )


def test_a_query_a_view_and_an_odd_name_are_read(file: Path, tmp_path: Path) -> None:
    source = f"sqlite:///{file}"
    query = "SELECT id * 2 AS twice -- a comment; with a semicolon\nFROM orders WHERE id > 0;"
    assert rows(read(source, tmp_path, query=query), tmp_path) == [{"twice": 2}, {"twice": 4}]
    assert read(source, tmp_path, table="big").rows == 1
    assert rows(read(source, tmp_path, table="we ird;table"), tmp_path) == [{"n": 7}]
    assert rows(read(f"{source}#table=we%20ird%3Btable", tmp_path), tmp_path) == [{"n": 7}]
    assert read(f"{source}#query=SELECT%201%20AS%20a", tmp_path, table="orders").names == ("a",)


def test_a_duckdb_file_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as engine:
        engine.execute(
            "CREATE TABLE t AS SELECT 1.50::DECIMAL(9, 2) AS price, DATE '2026-01-31' AS day, "
            "TIMESTAMPTZ '2026-01-31 10:00:00+02' AS at, true AS ok, 'x'::BLOB AS photo, "
            "[1, 2] AS list, 'nan'::DOUBLE AS odd, 2::HUGEINT AS huge, 'b'::ENUM('a', 'b') AS e"
        )
        engine.execute("CREATE SCHEMA other; CREATE TABLE other.u AS SELECT 7 AS n")
    version = read(f"duckdb:///{path}", tmp_path, table="t")
    assert [column.type for column in version.columns] == [
        *("DECIMAL(9,2)", "DATE", "TIMESTAMP WITH TIME ZONE", "BOOLEAN"),
        *("VARCHAR", "DOUBLE", "DOUBLE", "VARCHAR"),
    ]
    (row,) = rows(version, tmp_path)
    assert (str(row["price"]), row["list"], row["odd"], row["e"]) == ("1.50", "[1, 2]", None, "b")
    assert str(row["at"]) == "2026-01-31 08:00:00+00:00"
    assert read(f"duckdb:///{path}", tmp_path, table="other.u").rows == 1
    assert read(f"duckdb:///{path}", tmp_path, query="FROM t").rows == 1


HOSTILE = (
    *("", ";", "DROP TABLE orders", "DELETE FROM orders", "UPDATE orders SET id = 1"),
    *("SELECT 1; DROP TABLE orders", "SELECT 1; SELECT 2", "ATTACH '/etc/passwd' AS p"),
    *("PRAGMA writable_schema = ON", "VACUUM INTO '/tmp/mll-owned'", "INSERT INTO orders (id)"),
    "WITH x AS (DELETE FROM orders RETURNING id) SELECT * FROM x",
    "SELECT load_extension('/tmp/x.so')",
    *("SELECT writefile('/tmp/mll-owned', 'x')", "SELECT readfile('/etc/passwd')"),
    *("SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'"),
    *("SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM glob('/*')"),
    *("COPY orders TO '/tmp/mll-owned'", "WITH x AS (COPY orders TO '/tmp/mll-owned') SELECT 1"),
    *("INSTALL httpfs", "LOAD sqlite", "SET enable_external_access = true", "SELECT 1 FROM none"),
    *("SELECT 1 AS a, 2 AS a", "SELECT x'00' AS b", "SELECT 1 AS a WHERE false", "SELECT \0 1"),
    *("SELECT", "(SELECT 1", "SELECT 1 /*", "SELECT 'a", "EXPLAIN SELECT 1"),
)


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_nothing_but_one_select_of_the_file_runs(kind: str, file: Path, tmp_path: Path) -> None:
    path = file
    if kind == "duckdb":
        path = tmp_path / "t.duckdb"
        with duckdb.connect(str(path)) as engine:
            engine.execute("CREATE TABLE orders AS SELECT 1 AS id")
    before = path.read_bytes()
    for query in HOSTILE:
        with pytest.raises(MllError) as caught:
            read(f"{kind}:///{path}", tmp_path, query=query or " ")
        assert caught.value.hint, query
        assert "root:" not in str(caught.value)
    assert path.read_bytes() == before
    assert not Path("/tmp/mll-owned").exists()
    assert not list((tmp_path / "home" / "tmp").iterdir())


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        ("sqlite:///{}", {}, "none was named"),
        ("sqlite:///{}", {"table": "a", "query": "SELECT 1"}, "both given"),
        ("sqlite:///{}", {"table": "nothing"}, "no such table"),
        ("sqlite:///{}", {"table": "empty"}, "no rows"),
        ("sqlite:///{}", {"table": 'a"b'}, "no name of a table"),
        ("sqlite:///{}?mode=rw", {"table": "orders"}, "names no sqlite file"),
        ("duckdb:///{}", {"table": "orders"}, "is no duckdb database"),
        ("sqlite:///{}.csv", {"table": "orders"}, "no file"),
        ("sqlite:////etc/passwd", {"table": "orders"}, "is no sqlite database"),
        ("sqlite:///:memory:", {"table": "orders"}, "no file"),
        ("sqlite:////", {"table": "orders"}, "names no sqlite file"),
        ("sqlite://", {"table": "orders"}, "names no sqlite file"),
        ("sqlite:///file:x?mode=memory&uri=true", {"table": "orders"}, "names no sqlite file"),
        ("sqlite:////dev/zero", {"table": "orders"}, "is a device"),
    ],
)
def test_files_that_are_none_are_refused_in_a_sentence(
    source: str, options: dict[str, str], said: str, file: Path, tmp_path: Path
) -> None:
    with pytest.raises((UnreadableSource, InvalidParameter), match=said) as caught:
        read(source.format(file), tmp_path, **options)
    assert caught.value.hint


def test_damaged_and_open_files_are_refused(file: Path, tmp_path: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(MllError):
        read(f"sqlite:///{file}", tmp_path, table="orders")
    file.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    with pytest.raises(MllError):
        read(f"sqlite:///{file}", tmp_path, table="orders")
    file.write_bytes(content)
    file.with_name(f"{file.name}-wal").write_bytes(b"x")
    with pytest.raises(UnreadableSource, match="being written to"):
        read(f"sqlite:///{file}", tmp_path, table="orders")
