import pandas as pd
import pytest
from pydantic import ValidationError
from samples import replay

from mll_core.plugins.steps.extract_text import ExtractText


def test_the_first_group_is_taken_and_nothing_found_is_missing() -> None:
    step = ExtractText(column="x", pattern=r"\$([0-9]+)K", into="salary")
    said = replay(step, x=["$137K-$171K (est.)", "none", None])["salary"]
    assert said == ["137", None, None]


def test_a_pattern_without_a_group_gives_all_it_matches() -> None:
    step = ExtractText(column="x", pattern="[0-9]{2}", into="n")
    assert replay(step, x=["a12b34"])["n"] == ["12"]


def test_a_pattern_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValidationError, match="no regular expression"):
        ExtractText(column="x", pattern="[", into="n")


@pytest.mark.parametrize("pattern", ["([0-9]+)", "([a-zé]+) [0-9]", "No\\. (\\w+)"])
def test_it_agrees_with_pandas(pattern: str) -> None:
    texts = ["No. 12 of 7", "café 3", "", "No. x", "7"]
    expected = pd.Series(texts).str.extract(pattern, expand=False)
    said = replay(ExtractText(column="x", pattern=pattern, into="y"), x=texts)["y"]
    assert said == expected.astype(object).where(expected.notna(), None).tolist()
