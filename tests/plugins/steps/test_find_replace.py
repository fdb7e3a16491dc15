import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from samples import replay

from mll_core.plugins.steps.find_replace import FindReplace

LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def test_a_piece_of_text_is_replaced_wherever_it_stands() -> None:
    step = FindReplace(column="x", find="-", put="/")
    assert replay(step, x=["1-2-3", "", None, "a"])["x"] == ["1/2/3", "", None, "a"]


def test_a_pattern_may_move_its_groups() -> None:
    step = FindReplace(column="x", find=r"(\w+) (\w+)", put=r"\2 \1", pattern=True)
    assert replay(step, x=["Ana Silva"])["x"] == ["Silva Ana"]


def test_a_pattern_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValidationError, match="no regular expression"):
        FindReplace(column="x", find="(", pattern=True)
    with pytest.raises(ValidationError, match="names group 2, there are 1"):
        FindReplace(column="x", find="(a)", put=r"\2", pattern=True)


@given(st.lists(LETTERS, min_size=1), LETTERS.filter(lambda t: 0 < len(t) < 5))
def test_plain_text_means_itself_whatever_signs_it_has(values: list[str], find: str) -> None:
    expected = [value.replace(find, "+") for value in values]
    assert replay(FindReplace(column="x", find=find, put="+"), x=[*values])["x"] == expected
