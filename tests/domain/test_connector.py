import pytest

from mll_core.domain.connector import refuse_password
from mll_core.domain.errors import InvalidParameter


@pytest.mark.parametrize("source", ["sample:iris", "/data/a:b@c.csv", "C:\\x.csv", "s3://b/k"])
def test_sources_without_a_password_pass(source: str) -> None:
    assert refuse_password(source) == source


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidParameter) as caught:
        refuse_password("postgresql://ana:hunter2@db/sales")
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
