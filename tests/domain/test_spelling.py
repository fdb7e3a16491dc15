import pytest
from hypothesis import given
from hypothesis import strategies as st

from mll_core.domain.spelling import distance, fingerprint, ngrams, plain, sound

words = st.text(alphabet="abcd é", max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("New York", " york, NEW "),
        ("São Paulo", "sao paulo"),
        ("Straße 5", "STRASSE 5"),
        ("O'Hare", "OHARE"),
    ],
)
def test_case_accents_signs_and_the_order_of_words_leave_the_fingerprint_as_it_is(
    one: str, other: str
) -> None:
    assert fingerprint(one) == fingerprint(other)


def test_blanks_within_words_leave_the_pieces_as_they_are() -> None:
    assert ngrams("New York") == ngrams("newyork") != ngrams("newark")
    assert ngrams("a") == "a"
    assert ngrams("") == fingerprint(" - ") == ""


def test_words_that_sound_alike_have_one_code_as_in_the_national_archives() -> None:
    codes = {"Robert": "r163", "Rupert": "r163", "Ashcraft": "a261", "Tymczak": "t522"}
    codes |= {"Pfister": "p236", "Honeyman": "h555", "Lee": "l000"}
    assert {name: sound(name) for name in codes} == codes
    assert sound("Route 66") == "r300 66"


def test_plain_text_has_single_blanks() -> None:
    assert plain("  Á\tb \u00a0C ") == "a b c"


@given(words, words)
def test_the_distance_is_that_of_the_textbook(one: str, other: str) -> None:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row[0] = row[:], i
        for j, b in enumerate(other, 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
    assert distance(one, other) == row[-1]
