import pytest

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.subject import Subject


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "Nobody is named"),
        (["email"], "a column, '=' and a value are needed"),
        (["=x"], "a column, '=' and a value are needed"),
        (["email="], "an empty value names nobody"),
        (["email=  "], "an empty value names nobody"),
    ],
)
def test_who_is_not_named_is_asked_for(texts: list[str], said: str) -> None:
    with pytest.raises(InvalidParameter, match=said) as caught:
        Subject.of(texts)
    assert caught.value.hint


def test_a_value_may_hold_an_equals_sign_and_the_same_person_has_one_fingerprint() -> None:
    one = Subject.of(["b=x=y", "a=Zolta\u0300n"])
    two = Subject.of(["a=Zolt\u00e0n", "b=x=y"])
    assert one.conditions[1].value == "x=y"
    assert one.canonical() == two.canonical()
