import math

import ibis
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import replay

from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.parse_numbers import ParseNumbers

READ = {
    "1,234.50": 1234.5,
    "1.234,50": 1234.5,
    "1\u00a0234": 1234,
    "1'000'000": 1_000_000,
    "$ 12": 12,
    "-3.5 €": -3.5,
    "EUR 5": 5,
    "12 %": 0.12,
    "(12)": -12,
    "12-": -12,
    "\u22127": -7,
    "1e6": 1_000_000,
    ".5": 0.5,
    "0,5": 0.5,
    "1,234": 1234,
}
UNREAD = ["abc", "", "inf", "nan", "1e999", "1.2.3", "12 34", "1-2", "--1", "%", None]


def test_numbers_are_read_as_people_write_them() -> None:
    assert replay(ParseNumbers(column="x"), x=[*READ])["x"] == [*READ.values()]


def test_what_is_not_a_number_becomes_missing_and_is_counted() -> None:
    assert replay(ParseNumbers(column="x"), x=UNREAD)["x"] == [None] * len(UNREAD)
    rows = pd.DataFrame({"x": ["1", "abc", "12 34", None]})
    fitted = RecipeTransformer(Recipe(steps=(ParseNumbers(column="x"),))).fit(rows)
    assert fitted.prepared_.learned[0][0]["unread"] == 2


def test_the_decimal_comma_is_learned_from_the_column() -> None:
    assert replay(ParseNumbers(column="x"), x=["1,234", "1,5", "2,75"])["x"] == [1.234, 1.5, 2.75]
    assert replay(ParseNumbers(column="x"), x=["1,234", "1.5"])["x"] == [1234, 1.5]
    assert replay(ParseNumbers(column="x", decimal="comma"), x=["1.234", "1.5"])["x"] == [
        1234,
        None,
    ]


def test_percent_and_currency_can_be_left_alone() -> None:
    assert replay(ParseNumbers(column="x", percent=False), x=["12 %"])["x"] == [12]
    assert replay(ParseNumbers(column="x", currency=False), x=["$ 12", "12"])["x"] == [None, 12]


def test_numbers_stay_and_dates_are_refused() -> None:
    assert replay(ParseNumbers(column="x"), x=[1.5, None])["x"] == [1.5, None]
    with pytest.raises(WrongColumnKind, match="needs text"):
        ParseNumbers(column="d").check(ibis.schema({"d": "timestamp"}))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_number_python_writes_is_read_back(values: list[float]) -> None:
    after = replay(ParseNumbers(column="x", decimal="point"), x=[repr(value) for value in values])
    assert all(math.isclose(a, b, rel_tol=1e-15) for a, b in zip(after["x"], values, strict=True))
