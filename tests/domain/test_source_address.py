import pytest

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.source_address import asking, refuse_password, scheme_of


@pytest.mark.parametrize(
    "source",
    [
        *("sample:iris", "/data/a:b@c.csv", "C:\\x.csv", "s3://b/k", "https://h:443/p@x/t.csv"),
        *("postgresql+psycopg://ana:{secret:warehouse}@db/x", "https://h/t.csv?token={secret:a}"),
        *("https://h/t.csv?key=abc&tokens_used=", "https://h/t?x=1"),
    ],
)
def test_sources_without_a_password_pass(source: str) -> None:
    assert refuse_password(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "postgresql://ana:hunter2@db/sales",
        "postgresql://ana:hun/ter2@db/sales",
        "https://:hunter2@db/sales",
        "postgresql://ana:{secret:a}hunter2@db/x",
        "https://h/t.csv?password=hunter2",
        "https://h/t.csv?a=1&api_key=hunter2",
        "https://h/t.csv?X-Amz-Signature=hunter2",
        "https://h/t.csv?access_token=hunter2#x",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(source: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        refuse_password(source)
    assert "hun" not in f"{caught.value} {caught.value.hint}"
    assert "mll secret set" in caught.value.hint


@pytest.mark.parametrize("name", ["", "a b", "../x", "1a", "a" * 65, "a\0"])
def test_a_secret_has_a_plain_name(name: str) -> None:
    with pytest.raises(InvalidParameter, match="no name of a secret"):
        refuse_password(f"https://h/?t={{secret:{name}}}")


def test_what_is_asked_of_a_database_stands_behind_its_address() -> None:
    assert asking("sqlite:///x.db") == "sqlite:///x.db"
    assert asking("sqlite:///x.db", table="a b") == "sqlite:///x.db#table=a%20b"
    assert asking("sqlite:///x.db#table=t", query="SELECT 1") == "sqlite:///x.db#query=SELECT%201"
    for source in ("x.csv", "https://h/t.csv"):
        with pytest.raises(InvalidParameter, match="belongs to a database"):
            asking(source, table="t")
    with pytest.raises(InvalidParameter, match="both"):
        asking("sqlite:///x.db", table="t", query="SELECT 1")


def test_the_scheme_of_a_source() -> None:
    assert scheme_of("PostgreSQL+psycopg://x") == "postgresql+psycopg"
    assert scheme_of("/data/x.csv") == scheme_of("sample:iris") == ""
