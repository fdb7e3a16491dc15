"""Rows of a real PostgreSQL: exact types, nothing written, no password shown."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from postgres import PASSWORD, Server, postgres

from mll_core.domain.connector import ReadOptions
from mll_core.domain.errors import Forbidden, InvalidParameter, MllError, UnreadableSource
from mll_core.infra import database_source, postgresql_source
from mll_core.infra.addresses import ALLOW
from mll_core.infra.database_address import parse
from mll_core.infra.secret_store import ENVIRONMENT

__all__ = ["postgres"]
Read = Callable[..., pa.Table]
TABLE = """CREATE TABLE shop.orders AS SELECT
  1::int4 AS small, 9007199254740993::int8 AS big, 1.5::float8 AS real,
  12.30::numeric(9, 2) AS price, 1.25::numeric AS free, true AS ok, 'ü'::text AS word,
  'c'::char(3) AS three,  DATE '2026-01-31' AS day,
  TIMESTAMP '2026-01-31 10:00:00.123456' AS at, TIMESTAMPTZ '2026-01-31 10:00:00+02' AS zoned,
  '\\x00'::bytea AS photo, ARRAY[1, 2] AS list, '{"a": 1}'::jsonb AS doc, TIME '10:00' AS hour,
  'NaN'::numeric(9, 2) AS odd, '6a2f41a3-c54c-4ce8-8da5-5d0bf1ba2c2c'::uuid AS uuid"""


@pytest.fixture
def read(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """The rows of a table or query, by the role that needs a password."""
    monkeypatch.setenv(ALLOW, f"127.0.0.1:{postgres.port}")
    monkeypatch.setenv(f"{ENVIRONMENT}SHOP", PASSWORD)
    monkeypatch.setenv(f"{ENVIRONMENT}SHOP_HOST", "127.0.0.1")
    postgres.run(
        "DROP SCHEMA IF EXISTS shop CASCADE",
        "CREATE SCHEMA shop",
        TABLE,
        "INSERT INTO shop.orders (small) VALUES (NULL)",
        "CREATE TABLE shop.many AS SELECT i, i % 7 AS week FROM generate_series(1, 25000) AS i",
        'CREATE TABLE shop."Odd.name; --" AS SELECT 1 AS "a b", 2 AS "A B"',
        "GRANT USAGE ON SCHEMA shop TO locked",
        "GRANT ALL ON ALL TABLES IN SCHEMA shop TO locked",
    )

    def rows(user: str = "locked:{secret:shop}", tail: str = "", **options: str) -> pa.Table:
        source = f"postgresql+psycopg://{user}@127.0.0.1:{postgres.port}/postgres{tail}"
        out = tmp_path / "out.parquet"
        database_source.read(source, ReadOptions(**options), out)
        return pq.read_table(out)

    return rows


def test_types_are_exact_and_times_are_utc(read: Read) -> None:
    table = read(table="shop.orders")
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds == {
        **{"small": "int32", "big": "int64", "real": "double", "price": "decimal128(9, 2)"},
        **{"free": "double", "ok": "bool", "word": "string", "three": "string"},
        **{"day": "date32[day]", "at": "timestamp[us]", "zoned": "timestamp[us, tz=UTC]"},
        **{"list": "string", "doc": "string", "hour": "string", "odd": "decimal128(9, 2)"},
        "uuid": "string",
    }
    row, empty = table.to_pylist()
    assert (row["big"], str(row["price"]), row["odd"]) == (9007199254740993, "12.30", None)
    assert str(row["zoned"]) == "2026-01-31 08:00:00+00:00"
    assert str(row["at"]) == "2026-01-31 10:00:00.123456"
    assert set(empty.values()) == {None}


def test_many_rows_come_in_batches_in_their_order(read: Read) -> None:
    query = "WITH part AS (SELECT * FROM shop.many) SELECT i FROM part ORDER BY i DESC; -- end"
    assert read(query=query).column("i").to_pylist() == list(range(25_000, 0, -1))
    assert read(table="shop.many").num_rows == 25_000
    assert read(query="SELECT 'a;%s%%' AS x, $$;$$ AS y").to_pylist() == [{"x": "a;%s%%", "y": ";"}]


def test_names_are_quoted(read: Read) -> None:
    assert read(table='shop."Odd.name; --"').column_names == ["a b", "A B"]
    for name in ("shop.orders; DROP TABLE shop.many", "orders", "shop.", 'shop."many'):
        with pytest.raises((UnreadableSource, InvalidParameter)):
            read(table=name)


@pytest.mark.parametrize(
    "query",
    [
        *("DELETE FROM shop.many", "SELECT 1; DELETE FROM shop.many", "SELECT 1 AS a, 2 AS a"),
        "WITH x AS (DELETE FROM shop.many RETURNING i) SELECT i FROM x",
        *("SELECT * INTO shop.copy FROM shop.many", "SELECT i FROM shop.many FOR UPDATE"),
        *("SELECT nextval('shop.s')", "SELECT lo_creat(-1)", "SELECT pg_read_file('/etc/passwd')"),
        *("SELECT set_config('x', E'\\'; DELETE FROM shop.many; --', false)", "VALUES (1); COMMIT"),
        *("COMMIT", "TABLE shop.many; COMMIT; DELETE FROM shop.many", "COPY shop.many TO '/tmp/x'"),
        *("SELECT E'\\'' ; DELETE FROM shop.many ; SELECT ''", "SELECT pg_terminate_backend(1)"),
        *(
            "SELECT nothing FROM shop.many",
            "SELECT 1/0 AS a",
            "SELECT i FROM shop.many WHERE false",
        ),
    ],
)
def test_nothing_is_written_and_every_refusal_is_a_sentence(
    read: Read, postgres: Server, query: str
) -> None:
    if "pg_terminate" in query or "lo_creat" in query:
        assert read(query=query).num_rows == 1  # allowed to this role, and nothing stays of it
    else:
        with pytest.raises(MllError) as caught:
            read(query=query)
        error = caught.value
        assert error.hint
        assert PASSWORD not in f"{error} {error.hint} {error.__cause__!r} {error.__context__!r}"
    assert read(table="shop.many").num_rows == 25_000
    with pytest.raises(UnreadableSource):
        read(table="shop.copy")


def test_the_protocol_itself_takes_one_statement_that_reads(postgres: Server, read: Read) -> None:
    address = parse(f"postgresql://locked:{{secret:shop}}@127.0.0.1:{postgres.port}/postgres")
    for query in ("SELECT 1; DELETE FROM shop.many", "SELECT 1; COMMIT; DROP SCHEMA shop CASCADE"):
        with pytest.raises(UnreadableSource), postgresql_source.opened(address, query):
            pass
    assert read(table="shop.many").num_rows == 25_000


def test_who_is_not_let_in_is_told_without_the_password(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{ENVIRONMENT}SHOP", "wrong-p4ssw0rd")
    with pytest.raises(UnreadableSource, match="does not know that user") as caught:
        read(table="shop.many")
    assert "wrong" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__!r}"
    with pytest.raises(UnreadableSource, match="asks for a password"):
        read(user="locked", table="shop.many")
    with pytest.raises(UnreadableSource, match=r"says: database .* does not exist"):
        read(user="mll", tail="_x", table="shop.many")


def test_only_what_is_allowed_is_connected_to(
    read: Read, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreadableSource, match="protected connection"):
        read(tail="?sslmode=require", table="shop.many")
    assert read(tail="?sslmode=prefer", table="shop.many").num_rows == 25_000
    monkeypatch.delenv(ALLOW)
    with pytest.raises(Forbidden, match="not allowed"):
        read(table="shop.many")
    monkeypatch.setenv(ALLOW, f"127.0.0.1:{postgres.port}")
    for name, value in (("PGHOST", "/tmp"), ("PGUSER", "mll"), ("PGPASSWORD", "x")):
        monkeypatch.setenv(name, value)
    assert read(table="shop.many").num_rows == 25_000


def test_an_internal_address_behind_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Forbidden, match="public internet"):
        database_source.read(
            "postgresql://ana@db.test/x",
            ReadOptions(table="t"),
            tmp_path / "out",
            resolve=lambda host, port: ["10.0.0.1"],
        )


def test_a_server_that_falls_silent_is_hung_up_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def silent(listening: socket.socket) -> None:
        peer, _ = listening.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I")  # welcome, ready
            over.wait(20)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=silent, args=(listening,))
        thread.start()
        port = listening.getsockname()[1]
        monkeypatch.setenv(ALLOW, f"127.0.0.1:{port}")
        address = parse(f"postgresql://ana@127.0.0.1:{port}/x?sslmode=disable")
        opened = postgresql_source.opened(address, "SELECT 1", patience=0.5)
        with pytest.raises(UnreadableSource, match="does not answer"), opened:
            pass
        over.set()
        thread.join()
