import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import replay

from mll_core.plugins.steps.change_case import ChangeCase

WORDS = ["", "paris", "NEW york", " two  spaces ", "été", None]


@pytest.mark.parametrize("case", ["lower", "upper"])
def test_it_agrees_with_pandas(case: str) -> None:
    expected = getattr(pd.Series(WORDS, dtype="str").str, case)().astype(object)
    after = replay(ChangeCase.of(column="c", case=case), c=WORDS)["c"]
    assert after == expected.where(expected.notna(), None).tolist()


def test_title_case_gives_each_word_a_capital() -> None:
    after = replay(ChangeCase(column="c", case="title"), c=WORDS)["c"]
    assert after == ["", "Paris", "New York", " Two  Spaces ", "Été", None]


@settings(max_examples=10)
@given(st.lists(st.text("aBcÄ ß-'\"", max_size=12), min_size=1))
def test_changing_twice_is_changing_once(texts: list[str]) -> None:
    for case in ("lower", "upper", "title"):
        step = ChangeCase.of(column="c", case=case)
        once = replay(step, c=texts)["c"]
        assert replay(step, c=once)["c"] == once
