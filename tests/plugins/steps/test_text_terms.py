import numpy as np
import pytest
from samples import replay
from sklearn.feature_extraction.text import TfidfVectorizer

from mll_core.domain.errors import InvalidParameter
from mll_core.plugins.steps.text_terms import TextTerms

LETTERS = [
    "The tariff is dear, the tariff is too dear!",
    "My bill is wrong: BILL of March, größe 10",
    "the bill, again the bill... 2nd time",
    "Größe and tariff",
    "nothing of that kind",
    "",
]


@pytest.mark.parametrize("least", [1, 2])
def test_the_terms_weigh_what_scikit_learn_says(least: int) -> None:
    out = replay(TextTerms(column="x", most=100, least_rows=least), x=[*LETTERS])
    names = [name for name in out if name != "x"]
    words = [name.removeprefix("x: ") for name in names]
    known = TfidfVectorizer(vocabulary=words, norm="l2").fit(LETTERS)
    expected = known.transform(LETTERS).toarray()
    np.testing.assert_allclose(np.array([out[name] for name in names]).T, expected, rtol=1e-13)
    every = TfidfVectorizer(min_df=least).fit(LETTERS)
    assert sorted(words) == every.get_feature_names_out().tolist()


def test_the_telling_words_are_in_many_rows_but_not_in_all() -> None:
    letters = [f"the {word} of w{row}" for row, word in enumerate(["bill"] * 4 + ["tariff"] * 6)]
    out = replay(TextTerms(column="x", most=2), x=letters)
    assert [name for name in out if name != "x"] == ["x: bill", "x: tariff"]


def test_no_text_is_missing_and_no_known_word_is_zero() -> None:
    out = replay(TextTerms(column="x"), x=["a bill", "bill", None, "else"])
    assert out["x: bill"] == [1, 1, None, 0]


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="already has a column 'x: bill'"):
        replay(TextTerms(column="x"), x=["bill", "bill", "none"], **{"x: bill": [1.0, 2.0, 3.0]})


def test_words_of_other_alphabets_are_words() -> None:
    out = replay(
        TextTerms(column="x"), x=["«Счёт»: счёт!", "счёт 東京", "ΩΣ…東京", "юг\u00a0южный"]
    )
    assert [name for name in out if name != "x"] == ["x: счёт", "x: 東京"]
    assert out["x: счёт"][0] == 1
