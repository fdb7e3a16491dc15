import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import replay

from mll_core.plugins.steps.text_similarity import TextSimilarity


def likeness(by: str, one: list[str | None], other: list[str | None]) -> list[float | None]:
    return replay(TextSimilarity(column="a", other="b", by=by, into="x"), a=one, b=other)["x"]


def test_words_in_both_over_words_in_either() -> None:
    one = ["The red car!", "red", "", None, "car car", "Größe"]
    other = ["a RED car", "blue", "", "red", "car", "größe"]
    assert likeness("words", one, other) == [0.5, 0, 1, None, 1, 1]


def test_letters_that_need_no_change() -> None:
    one, other = ["kitten", "Main St.", "", "", None], ["sitting", "main st", "", "abc", "x"]
    assert likeness("edits", one, other) == [pytest.approx(4 / 7), 1, 1, 0, None]
    assert all(
        0 <= said <= 1 for said in likeness("edits", ["größe", "東京", "ё"], ["a", "x", "東"])
    )


def threes(text: str) -> set[str]:
    padded = f" {' '.join(text.split())} "
    return {padded[i : i + 3] for i in range(max(len(padded) - 2, 1))}


@settings(max_examples=15)
@given(st.lists(st.tuples(st.text("abü "), st.text("abü ")), min_size=1, max_size=20))
def test_runs_of_three_and_words_are_compared_as_sets(pairs: list[tuple[str, str]]) -> None:
    one, other = ([*texts] for texts in zip(*pairs, strict=True))
    for by, parts in (("threes", threes), ("words", lambda text: {*text.split()} or {""})):
        sets = [(parts(a), parts(b)) for a, b in pairs]
        assert likeness(by, one, other) == [len(a & b) / len(a | b) for a, b in sets]
