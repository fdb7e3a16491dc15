"""Addresses of databases: typed fields by an allow-list, and everything else refused."""

from pathlib import Path

import pytest

from mll_core.domain.connector import ReadOptions
from mll_core.domain.errors import Forbidden, InvalidParameter, MllError
from mll_core.infra import database_source
from mll_core.infra.database_address import parse
from mll_core.infra.select import one_select, quoted


def test_an_address_is_its_fields() -> None:
    found = parse(
        "postgresql+psycopg://ana:{secret:shop}@DB.example.org:6000/sales?sslmode=require"
    )
    assert (found.kind, found.host, found.port, found.database) == (
        *("postgresql", "db.example.org"),
        *(6000, "sales"),
    )
    assert (found.user, found.password) == ("ana", "{secret:shop}")
    assert found.options == {"sslmode": "require"}
    assert parse("mysql://a%40b@h/x").user == "a@b"
    assert parse("mysql+pymysql://{secret:u}:{secret:p}@h/x").port == 3306
    assert parse("sqlite:////data/a%20b.db#table=t").path == Path("/data/a b.db")


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "mysql+pymysql"])
@pytest.mark.parametrize(
    "rest",
    [
        *("ana@h/x?options=-csearch_path%3Dx", "ana@h/x?host=/tmp", "ana@h/x?service=evil"),
        *("ana@h/x?sslcert=/etc/passwd", "ana@h/x?passfile=/x", "ana@h/x?local_infile=1"),
        *("ana@h/x?unix_socket=/run/mysqld.sock", "ana@h/x?read_default_file=/etc/my.cnf"),
        *("ana@h/x?init_command=DROP", "ana@h/x?ssl_ca=/x", "ana@h/x?odbc_connect=DRIVER=/x.so"),
        *("ana@h/x?sslmode=none", "ana@h/x?ssl_mode=", "ana@h/x?hostaddr=127.0.0.1", "ana@/x"),
        *("ana@%2Ftmp/x", "ana@/tmp/x", "ana@h1,h2/x", "ana@[/tmp]/x", "h/x", "@h/x", "ana@h"),
        *("ana@h/", "ana@h:0/x", "ana@h:99999/x", "ana@h:x/x", "a@b@h/x", "ana@127.1/x"),
        *(
            "ana@2130706433/x",
            "ana@h/../x",
            "ana@h/x\n",
            "ana@h/x;y",
            "ana@h/{secret:a}",
        ),
        *("ana@{secret:a}/x", "ana:{secret:a}b@h/x", "ana@h/" + "x" * 3000),
    ],
)
def test_what_is_not_on_the_list_is_refused(scheme: str, rest: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse(f"{scheme}://{rest}")
    assert caught.value.hint


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_internal_hosts_are_refused_before_anything_is_sent(scheme: str, tmp_path: Path) -> None:
    for host in ("127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "0.0.0.0"):
        source = f"{scheme}://ana:{{secret:none}}@{host}/x"
        with pytest.raises(MllError) as caught:
            database_source.read(source, ReadOptions(table="t"), tmp_path / "out")
        assert isinstance(caught.value, Forbidden) or "no host" in str(caught.value)


def test_names_are_quoted_part_by_part() -> None:
    assert quoted("orders") == '"orders"'
    assert quoted("shop.orders", "`") == "`shop`.`orders`"
    assert quoted('shop."a.b""c"') == '"shop"."a.b""c"'
    assert quoted("a`b", "`") == "`a``b`"
    for name in ("", ".", "a.", ".a", 'a"', '"a', "a..b", "a\0"):
        with pytest.raises(InvalidParameter):
            quoted(name)


def test_one_select_is_one_select() -> None:
    for query in (
        "SELECT 1",
        "select ';' -- ;\n",
        "(SELECT 1) ; ;",
        "/* ; */ WITH x AS (SELECT 1)",
    ):
        assert one_select(query)
    for query in ("", "--x", "SELECT 1;SELECT 2", "DROP TABLE x", "BEGIN", "SELECT 1; --\nx"):
        with pytest.raises(InvalidParameter):
            one_select(query)
