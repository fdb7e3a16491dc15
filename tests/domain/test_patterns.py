"""A regular expression is refused when it is written, not when the rows are read."""

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from mll_core.domain.patterns import groups
from mll_core.plugins.steps.extract_text import ExtractText
from mll_core.plugins.steps.find_replace import FindReplace
from mll_core.plugins.steps.validate_rule import ValidateRule


def test_groups_are_counted() -> None:
    assert [groups(p) for p in ("a+", "(a)(b)", "(?:a)(?P<n>b)", "é{2}", "")] == [0, 2, 1, 0, 0]


@pytest.mark.parametrize("pattern", ["(", "a(?=b)", "(?<!a)b", r"(a)\1", "(?>a)", "a{2000}", "*"])
def test_what_the_engine_cannot_read_is_refused_in_a_sentence(pattern: str) -> None:
    with pytest.raises(PydanticCustomError, match="no regular expression that can be used here: "):
        groups(pattern)


def test_every_step_with_a_pattern_refuses_one_that_looks_ahead() -> None:
    with pytest.raises(ValidationError, match="no regular expression"):
        FindReplace(column="a", find="a(?=b)", pattern=True)
    with pytest.raises(ValidationError, match="no regular expression"):
        ExtractText(column="a", pattern="(?<=a)b", into="b")
    with pytest.raises(ValidationError, match="no regular expression"):
        ValidateRule(column="a", rule="pattern", pattern="a(?!b)", into="b")
