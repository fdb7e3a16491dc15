from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest
from samples import parquet, replay

from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.validate_rule import ValidateRule
from mll_core.stages import prepare


@pytest.mark.parametrize(
    ("rule", "values", "broken"),
    [
        ({"rule": "is there"}, [1.0, None, float("inf")], [0, 1, 0]),
        (
            {"rule": "in range", "lowest": 0, "highest": 120},
            [-0.5, 0, 120, 121, None],
            [1, 0, 0, 1, 0],
        ),
        ({"rule": "in range", "lowest": 0}, [-1.0, float("inf")], [1, 0]),
        ({"rule": "one of", "values": ("basic", "pro")}, ["pro", "Pro", "", None], [0, 1, 1, 0]),
        ({"rule": "one of", "values": ("1", "2.5")}, [1.0, 2.5, 3.0, None], [0, 0, 1, 0]),
        (
            {"rule": "pattern", "pattern": "[0-9]{5}|-"},
            ["12345", "123456", "-", None],
            [0, 1, 0, 0],
        ),
    ],
)
def test_what_breaks_the_rule_is_marked(
    rule: dict[str, Any], values: list[Any], broken: list[int]
) -> None:
    assert replay(ValidateRule.of(column="x", **rule), x=values)["x breaks rule"] == broken


def test_what_breaks_the_rule_is_made_missing() -> None:
    step = ValidateRule(column="x", rule="in range", highest=10, do="make missing")
    assert replay(step, x=[3.0, 11.0, None]) == {"x": [3, None, None]}
    step = ValidateRule(column="x", rule="pattern", pattern="a+", do="make missing")
    assert replay(step, x=["aa", "ab", None]) == {"x": ["aa", None, None]}


def test_the_preview_says_how_many_break_it(tmp_path: Path) -> None:
    path = parquet(tmp_path, pd.DataFrame({"age": [30.0, -1.0, 200.0, None]}))
    mark = ValidateRule(column="age", rule="in range", lowest=0, highest=120)
    shown = prepare.preview(Recipe(steps=(mark,)), path)
    assert "'age breaks rule' is true in 2." in shown.sentence()
    missing = mark.model_copy(update={"do": "make missing"})
    shown = prepare.preview(Recipe(steps=(missing,)), path)
    assert (shown.changed["age"], shown.nulls_after["age"]) == (2, 3)


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ({"rule": "in range"}, "give lowest, highest or both"),
        ({"rule": "one of"}, "give at least one of values"),
        ({"rule": "pattern"}, "give a pattern"),
        ({"rule": "pattern", "pattern": "("}, "no regular expression"),
        ({"do": "make missing"}, "missing already"),
    ],
)
def test_half_a_rule_is_refused(rule: dict[str, Any], what: str) -> None:
    with pytest.raises(InvalidParameter, match=what):
        ValidateRule.of(column="x", **rule)


def test_a_rule_that_does_not_go_with_the_column_is_refused() -> None:
    text, number = ibis.schema({"x": "string"}), ibis.schema({"x": "float64"})
    with pytest.raises(WrongColumnKind, match="'in range' cannot be asked"):
        ValidateRule(column="x", rule="in range", lowest=0).check(text)
    with pytest.raises(WrongColumnKind, match="'pattern' cannot be asked"):
        ValidateRule(column="x", rule="pattern", pattern="a").check(number)
    with pytest.raises(InvalidParameter, match="'many' is no value"):
        ValidateRule(column="x", rule="one of", values=("many",)).check(number)
