import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import replay

from mll_core.plugins.steps.encode_hash import EncodeHash


def bucket(text: str, buckets: int) -> int:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:7], 16) % buckets


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_the_bucket_is_that_of_the_md5_of_the_letters(texts: list[str]) -> None:
    step = EncodeHash(column="c", how="number", buckets=10, into="n")
    assert replay(step, c=texts)["n"] == [bucket(text, 10) for text in texts]


def test_a_column_per_bucket_holds_one_1_and_missing_none() -> None:
    said = replay(EncodeHash(column="c", buckets=4, into="h"), c=["ana", "bea", None])
    for place, text in enumerate(["ana", "bea"]):
        assert [said[f"h {n}"][place] for n in range(4)] == [bucket(text, 4) == n for n in range(4)]
    assert [said[f"h {n}"][2] for n in range(4)] == [0, 0, 0, 0]
    assert replay(EncodeHash(column="c", how="number", into="h"), c=[None, "a"])["h"][0] is None


@pytest.mark.parametrize(("how", "names"), [("number", ["h"]), ("columns", ["h 0", "h 1"])])
def test_it_says_what_columns_it_makes(how: str, names: list[str]) -> None:
    step = EncodeHash(column="c", how=how, buckets=2, into="h")
    assert [name for _, name in step.makes()] == names
