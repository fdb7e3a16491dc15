from hypothesis import given
from hypothesis import strategies as st
from samples import replay

from mll_core.plugins.steps.split_text import SplitText


def test_text_is_cut_into_numbered_columns_and_the_last_takes_the_rest() -> None:
    out = replay(SplitText(column="x", separator=", ", parts=2), x=["Bern, CH, EU", "Basel", None])
    assert out["x 1"] == ["Bern", "Basel", None]
    assert out["x 2"] == ["CH, EU", None, None]


def test_signs_of_regular_expressions_and_new_lines_are_letters_like_others() -> None:
    out = replay(SplitText(column="x", separator="|.", parts=3), x=["a\nb|.c.|d|.e"])
    assert [out[f"x {n}"] for n in (1, 2, 3)] == [["a\nb"], ["c.|d"], ["e"]]


@given(st.lists(st.text("ab ;,"), min_size=1), st.sampled_from([";", ",", "a,"]))
def test_it_agrees_with_python(values: list[str], separator: str) -> None:
    out = replay(SplitText(column="x", separator=separator, parts=3), x=[*values])
    for number in range(3):
        parts = [value.split(separator, 2) for value in values]
        expected = [p[number].strip(" ") or None if number < len(p) else None for p in parts]
        assert out[f"x {number + 1}"] == expected
