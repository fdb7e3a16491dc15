"""Rows of a real MariaDB: exact types, nothing written, no password shown."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mariadb import PASSWORD, Server, mariadb

from mll_core.domain.connector import ReadOptions
from mll_core.domain.errors import Forbidden, MllError, UnreadableSource
from mll_core.infra import database_source
from mll_core.infra.addresses import ALLOW
from mll_core.infra.secret_store import ENVIRONMENT

__all__ = ["mariadb"]
Read = Callable[..., pa.Table]
TABLE = """CREATE TABLE shop.orders (
  tiny TINYINT, small INT, big BIGINT, huge BIGINT UNSIGNED, real8 DOUBLE, price DECIMAL(9, 2),
  word VARCHAR(20) CHARACTER SET utf8mb4, three CHAR(3), note TEXT, day DATE, at DATETIME(6),
  stamp TIMESTAMP NULL, hour TIME, kind ENUM('a', 'b'), photo BLOB, doc JSON, year4 YEAR)"""
ROW = """INSERT INTO shop.orders VALUES (1, 2, 9007199254740993, 18446744073709551615, 1.5, 12.30,
  'ü', 'c', 'long', '2026-01-31', '2026-01-31 10:00:00.123456', '2026-01-31 10:00:00', '10:00:00',
  'b', x'00', '{"a": 1}', 2026)"""


@pytest.fixture
def read(mariadb: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """The rows of a table or query, by the user that needs a password."""
    monkeypatch.setenv(ALLOW, f"127.0.0.1:{mariadb.port}")
    monkeypatch.setenv(f"{ENVIRONMENT}SHOP", PASSWORD)
    monkeypatch.setenv(f"{ENVIRONMENT}SHOP_HOST", "127.0.0.1")
    mariadb.run(
        "DROP DATABASE IF EXISTS shop",
        "CREATE DATABASE shop",
        "USE shop",
        TABLE,
        "SET time_zone = '+00:00'",
        ROW,
        "INSERT INTO shop.orders (tiny) VALUES (NULL)",
        "CREATE TABLE shop.many AS SELECT seq AS i, seq % 7 AS week FROM seq_1_to_25000",
        "CREATE TABLE shop.`Odd.name; --` AS SELECT 1 AS `a b`, 2 AS `A c`",
        "GRANT ALL ON shop.* TO locked@'127.0.0.1'",
    )

    def rows(user: str = "locked:{secret:shop}", tail: str = "", **options: str) -> pa.Table:
        source = f"mysql://{user}@127.0.0.1:{mariadb.port}/shop{tail}"
        out = tmp_path / "out.parquet"
        database_source.read(source, ReadOptions(**options), out)
        return pq.read_table(out)

    return rows


def test_types_are_exact_and_times_are_utc(read: Read) -> None:
    table = read(table="orders")
    assert "photo" not in table.column_names
    row, empty = table.to_pylist()
    assert (row["tiny"], row["small"], row["big"]) == (1, 2, 9007199254740993)
    assert (int(row["huge"]), str(row["price"]), row["real8"]) == (2**64 - 1, "12.30", 1.5)
    assert (row["word"], row["three"], row["note"], row["kind"]) == ("ü", "c", "long", "b")
    assert str(row["day"]) == "2026-01-31"
    assert str(row["at"]) == "2026-01-31 10:00:00.123456"
    assert str(row["stamp"]).startswith("2026-01-31 10:00:00")
    assert (row["hour"], row["year4"]) == ("10:00:00", 2026)
    assert set(empty.values()) == {None}


def test_many_rows_come_in_their_order(read: Read) -> None:
    query = "WITH part AS (SELECT * FROM many) SELECT i FROM part ORDER BY i DESC; -- end"
    assert read(table="many").num_rows == 25_000
    assert sorted(read(query=query).column("i").to_pylist()) == list(range(1, 25_001))


def test_names_are_quoted(read: Read) -> None:
    assert read(table='"Odd.name; --"').column_names == ["a b", "A c"]
    for name in ("orders; DROP TABLE many", "orders`; DROP TABLE many", 'shop."many'):
        with pytest.raises(MllError):
            read(table=name)
    assert read(table="shop.many").num_rows == 25_000


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM many",
        "SELECT 1; DELETE FROM many",
        "SELECT 1 AS a, 2 AS a",
        "SELECT i FROM many INTO OUTFILE '/tmp/mll-mysql-out'",
        "SELECT i FROM many FOR UPDATE",
        "SELECT LOAD_FILE('/etc/passwd') AS a UNION SELECT nothing FROM many",
        "CALL something()",
        "SELECT nothing FROM many",
        "SELECT i FROM many WHERE false",
        "SET GLOBAL general_log = 1",
        "SELECT 1) AS x; DROP TABLE many; -- ",
        "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE many",
    ],
)
def test_nothing_is_written_and_every_refusal_is_a_sentence(read: Read, query: str) -> None:
    with pytest.raises(MllError) as caught:
        read(query=query)
    assert caught.value.hint
    told = f"{caught.value} {caught.value.hint} {caught.value.__cause__!r}"
    assert PASSWORD not in told
    assert read(table="many").num_rows == 25_000
    assert not Path("/tmp/mll-mysql-out").exists()


def test_who_is_not_let_in_is_told_without_the_password(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{ENVIRONMENT}SHOP", "wrong-p4ssw0rd")
    with pytest.raises(UnreadableSource, match="does not let you in") as caught:
        read(table="many")
    assert "wrong" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__!r}"


def test_only_what_is_allowed_is_connected_to(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableSource):
        read(tail="?ssl_mode=REQUIRED", table="many")
    monkeypatch.delenv(ALLOW)
    with pytest.raises(Forbidden, match="not allowed"):
        read(table="many")
