import pytest

from mll_core.domain.elsewhere import InADatabase, OnTheWeb
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.source_address import absolute, file_of, title_of
from mll_core.infra.database_address import parse


def test_fields_become_an_address_that_is_understood() -> None:
    form = InADatabase(host="db.example.org", database="sales", user="ana", table="shop.orders")
    assert form.source == "postgresql+psycopg://ana@db.example.org/sales#table=shop.orders"
    form = InADatabase(
        **{"system": "MySQL", "host": "h", "port": 6000, "database": "a b", "user": "a@b:c"},
        **{"secret": "shop", "query": "SELECT '#'"},
    )
    found = parse(form.source)
    assert (found.user, found.password, found.port, found.database) == (
        *("a@b:c", "{secret:shop}"),
        *(6000, "a b"),
    )
    assert form.source.endswith("#query=SELECT%20%27%23%27")


def test_a_form_that_is_not_filled_in_is_no_source() -> None:
    assert InADatabase().source == OnTheWeb().source == ""
    assert InADatabase(host="h", database="d", user="u").source == ""
    assert OnTheWeb(url=" https://h/t.csv ").source == "https://h/t.csv"


@pytest.mark.parametrize("typed", ["not a url", "file:///etc/passwd", "/data/t.csv", "ftp://h/t"])
def test_only_a_web_address_is_taken_as_one(typed: str) -> None:
    with pytest.raises(InvalidParameter, match="not a web address") as refused:
        _ = OnTheWeb(url=typed).source
    assert "https://" in refused.value.hint
    assert typed not in str(refused.value) + refused.value.hint


def test_both_a_table_and_a_query_and_an_odd_secret_are_refused() -> None:
    with pytest.raises(InvalidParameter, match="both"):
        _ = InADatabase(host="h", database="d", user="u", table="t", query="SELECT 1").source
    with pytest.raises(InvalidParameter, match="no name of a secret"):
        _ = InADatabase(host="h", database="d", user="u", table="t", secret="a}b").source


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("/data/customers.csv", "customers.csv"),
        ("C:\\data\\customers.csv", "customers.csv"),
        ("https://h/a/t%20x.csv?x=1", "t x.csv"),
        ("postgresql://ana@h/sales#table=shop.orders", "shop.orders"),
        ("postgresql://ana@h/sales?sslmode=require#query=SELECT%201", "a query of sales"),
        ("sample:iris", "sample:iris"),
        ("", ""),
    ],
)
def test_a_source_has_a_name_people_know(source: str, title: str) -> None:
    assert title_of(source) == title


def test_only_files_have_a_path() -> None:
    assert str(file_of("sqlite:////data/a%20b.db#table=t")) == "/data/a b.db"
    assert str(file_of("x.csv")) == "x.csv"
    assert file_of("https://h/x.csv") is file_of("sample:iris") is None
    assert absolute("https://h/x.csv") == "https://h/x.csv"
    assert absolute("pyproject.toml").startswith("/")
