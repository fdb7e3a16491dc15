import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import replay

from mll_core.plugins.steps.text_figures import TextFigures

EVERY = ("letters", "words", "digits", "capitals", "sentences")


def test_text_is_counted() -> None:
    out = replay(
        TextFigures(column="x", figures=EVERY), x=["Ring 112 now! Is it bad?", "", None, "größe"]
    )
    assert out["x letters"] == [24, 0, None, 5]
    assert out["x words"] == [6, 0, None, 1]
    assert out["x digits"] == [3, 0, None, 0]
    assert out["x capitals"] == [2, 0, None, 0]
    assert out["x sentences"] == [2, 0, None, 1]


@given(st.lists(st.text("aB1 .\n\t-"), min_size=1))
def test_words_and_digits_are_what_python_counts(values: list[str]) -> None:
    out = replay(TextFigures(column="x", figures=("letters", "words", "digits")), x=[*values])
    assert out["x letters"] == [len(value) for value in values]
    assert out["x words"] == [len(value.split()) for value in values]
    assert out["x digits"] == [len(re.findall("[0-9]", value)) for value in values]


def test_the_average_word_and_capitals_of_any_alphabet() -> None:
    step = TextFigures(column="x", figures=("average word", "capitals"))
    out = replay(step, x=["to be Ärgert", "", " ", None, "ЖЖ"])
    assert out["x average word"] == [pytest.approx(10 / 3), 0, 0, None, 2]
    assert out["x capitals"] == [1, 0, 0, None, 2]
