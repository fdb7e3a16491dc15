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


def test_units_are_converted_to_one() -> None:
    step = ParseNumbers(column="x", unit="cm")
    told = [
        "170cm",
        "6'2\"",
        "5'11",
        "1.8 m",
        "5 ft 11 in",
        "180",
        "2 Inches",
        "6'",
        "72 kg",
        "1,7 m",
    ]
    expected = [170, 187.96, 180.34, 180, 180.34, 180, 5.08, 182.88, None, 170]
    after = replay(step, x=told)["x"]
    assert after == [None if n is None else pytest.approx(n, rel=1e-12) for n in expected]
    kilos = replay(ParseNumbers(column="x", unit="kg"), x=["72kg", "159lbs", "500 g", "2.5 kg"])
    assert kilos["x"] == [72, pytest.approx(72.12118683), 0.5, 2.5]


def test_thousands_and_millions_are_written_short() -> None:
    after = replay(ParseNumbers(column="x"), x=["1.6K", "€103.5M", "€560K", "2 bn", "5m", "$1B"])
    assert after["x"] == [1600, 103_500_000, 560_000, 2e9, None, 1e9]


def test_words_behind_the_number_are_left_out_on_request() -> None:
    told = ["12.0 oz. Alumi-Tek", "16.0 OZ.", "4 ★", "5", "no 5 here 6"]
    assert replay(ParseNumbers(column="x"), x=told)["x"] == [None, None, None, 5, None]
    assert replay(ParseNumbers(column="x", words=True), x=told)["x"] == [12, 16, 4, 5, None]
    ounces = replay(ParseNumbers(column="x", unit="oz", words=True), x=told[:2])["x"]
    assert ounces == [12, 16]
    assert replay(ParseNumbers(column="x", unit="oz"), x=told[:2])["x"] == [None, 16]


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
