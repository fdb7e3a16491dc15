import datetime as dt
import math
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mll_core.domain import formula
from mll_core.domain.errors import InvalidParameter, MllError, UnknownColumn, WrongColumnKind
from mll_core.domain.formula_compiler import compile_condition, compile_formula
from mll_core.domain.formula_functions import EXAMPLES, FUNCTIONS
from mll_core.infra import raw_rows, warehouse

ROWS = pd.DataFrame(
    {
        "a": [1.0, 2.0, None, 0.0, -4.0],
        "my col": ["x", "Y ", None, "12", ""],
        "t": pd.to_datetime(["2024-01-01", "2024-02-29", None, "1999-12-31", "2024-03-03"]),
        "b": [True, False, None, True, False],
    }
)
TABLE = raw_rows.conform(ROWS, raw_rows.kinds(ROWS))


def run(text: str) -> list[Any]:
    table = warehouse.table(TABLE)
    query = table.select(z=compile_formula(text, table))
    return [row["z"] for row in warehouse.records(query, TABLE)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + 1", [2, 3, None, 1, -3]),
        ("1 / a", [1, 0.5, None, None, -0.25]),
        ("a % 3", [1, 2, None, 0, -1]),
        ("a ** 0.5", [1, math.sqrt(2), None, 0, None]),
        ("-a", [-1, -2, None, 0, 4]),
        ("log(a)", [0, math.log(2), None, None, None]),
        ("log1p(a)", [math.log1p(1), math.log1p(2), None, 0, None]),
        ("sqrt(a)", [1, math.sqrt(2), None, 0, None]),
        ("exp(a * 1000)", [None, None, None, 1, 0]),
        ("round(a / 3, 2)", [0.33, 0.67, None, 0, -1.33]),
        ("abs(a)", [1, 2, None, 0, 4]),
        ("1 < a <= 2", [False, True, None, False, False]),
        ("a in (1, 2)", [True, True, None, False, False]),
        ("a not in [1]", [False, True, None, True, True]),
        ("a is missing", [False, False, True, False, False]),
        ("`my col` is not missing and a >= 0", [True, True, False, True, False]),
        ("a if a > 0 else 0", [1, 2, 0, 0, 0]),
        ("if_missing(a, 99)", [1, 2, 99, 0, -4]),
        ("coalesce(None, a, 7)", [1, 2, 7, 0, -4]),
        ("max(a, 1)", [1, 2, 1, 1, 1]),
        ("min(a, 1)", [1, 1, 1, 0, -4]),
        ("lower(`my col`) + '!'", ["x!", "y !", None, "12!", "!"]),
        ("length(trim(`my col`))", [1, 1, None, 2, 0]),
        ("number(`my col`)", [None, None, None, 12, None]),
        ("contains(`my col`, 'Y')", [False, True, None, False, False]),
        ("year(t)", [2024, 2024, None, 1999, 2024]),
        ("weekday(t)", [0, 3, None, 4, 6]),
        ("days_between(t, '2024-03-01')", [60, 1, None, 8827, -2]),
        ("t > '2024-02-01'", [False, True, None, False, True]),
        ("b + 1", [2, 1, None, 2, 1]),
        ("not b or a > 0", [True, True, None, False, True]),
    ],
)
def test_it_computes_what_it_says(text: str, expected: list[Any]) -> None:
    got = run(text)
    for mine, wanted in zip(got, expected, strict=True):
        if isinstance(wanted, float):
            assert mine == pytest.approx(wanted)
        else:
            assert mine == wanted


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        ("aa + 1", UnknownColumn, "position 1: the table has no column 'aa'"),
        ("a + nowhere", UnknownColumn, "position 5"),
        ("foo(a)", InvalidParameter, "no function 'foo'"),
        ("log(a, a)", InvalidParameter, "log takes 1"),
        ("a + 'x'", WrongColumnKind, "'a' is a number, but text is needed"),
        ("a and b", WrongColumnKind, "'a' is a number, but true or false is needed"),
        ("t + 1", WrongColumnKind, "'t' is a date"),
        ("t > 'soon'", InvalidParameter, "'soon' is not a date"),
        ("a is b", InvalidParameter, "after 'is'"),
        ("a in b", InvalidParameter, "after 'in'"),
        ("None", InvalidParameter, "always missing"),
        ("round(a, a)", InvalidParameter, "whole number"),
        ("1e999", InvalidParameter, "too large"),
        ("`my col` == 1", WrongColumnKind, "'my col' is text"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    text: str, error: type[MllError], match: str
) -> None:
    with pytest.raises(error, match=match) as caught:
        run(text)
    assert str(caught.value).startswith("formula: ")
    assert caught.value.hint


def test_a_condition_must_be_true_or_false() -> None:
    table = ibis.table({"a": "int64"}, name="rows")
    with pytest.raises(WrongColumnKind, match="gives a number"):
        compile_condition("a", table)
    assert compile_condition("a > 1", table).type().is_boolean()


def test_each_function_has_a_card_that_starts_with_its_name() -> None:
    assert all(function.card.startswith(f"{name}(") for name, function in FUNCTIONS.items())


numbers = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, -1.0])
arithmetic = st.recursive(
    st.sampled_from(["x", "y"]) | st.integers(-9, 9).map(lambda n: f"({n})"),
    lambda part: st.tuples(part, st.sampled_from("+-*/"), part).map(lambda p: f"({' '.join(p)})"),
    max_leaves=6,
)


@settings(max_examples=40)
@given(arithmetic, numbers, numbers)
def test_arithmetic_agrees_with_numpy(text: str, x: float, y: float) -> None:
    frame = pd.DataFrame({"x": [x], "y": [y]})
    rows = raw_rows.conform(frame, raw_rows.kinds(frame))
    table = warehouse.table(rows)
    (got,) = warehouse.records(table.select(z=compile_formula(text, table)), rows)
    with np.errstate(all="ignore"):
        names = {"x": np.float64(x), "y": np.float64(y)}
        tokens = text.replace("(", " ( ").replace(")", " ) ").split()
        wanted = _reference(tokens, names)
    if math.isfinite(wanted):
        assert got["z"] == pytest.approx(wanted, rel=1e-9)
    else:
        assert got["z"] is None


def _reference(tokens: list[str], names: dict[str, np.float64]) -> np.float64:
    """A tiny calculator of fully bracketed arithmetic, apart from the one under test."""
    token = tokens.pop(0)
    if token != "(":
        return names[token] if token in names else np.float64(token)
    left = _reference(tokens, names)
    if tokens[0] == ")":
        tokens.pop(0)
        return left
    operator, right = tokens.pop(0), _reference(tokens, names)
    tokens.pop(0)
    if operator == "/":
        return left / right if right != 0 else np.float64("nan")
    return {"+": left + right, "-": left - right, "*": left * right}[operator]


words = st.sampled_from(
    [*FUNCTIONS, "a", "`my col`", "t", "b", "nowhere", "1", "2.5", "'x'", '"2024-01-01"', "None",
     "True", "missing", "(", ")", "[", "]", ",", "+", "-", "*", "/", "%", "**", "==", "!=", "<",
     ">", "and", "or", "not", "in", "is", "if", "else", ".", ":", "=", "`", "'", "lambda", "\\",
     "\0", "__class__", "{", "}", "@", ";", "\u01c30", "\u01c20", "\ufb01", "1e9", "9" * 20]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(words, max_size=12).map(" ".join) | st.text(max_size=40))
def test_nothing_a_person_writes_gives_more_than_an_answer_or_a_refusal(text: str) -> None:
    try:
        values = run(text)
    except MllError as refusal:
        assert refusal.hint  # noqa: PT017 - refused or answered, both are right
        return
    assert len(values) == len(ROWS)
    for value in values:
        assert value is None or isinstance(value, bool | float | str | dt.datetime)
        assert not isinstance(value, float) or math.isfinite(value)


def test_nested_formulas_stay_small() -> None:
    table = warehouse.table(TABLE)
    text = "a"
    for _ in range(12):
        text = f"log({text} ** 2 % 7)"
    assert len(warehouse.to_sql(table.select(z=compile_formula(text, table)))) < 60_000


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_an_example_that_can_be_read(name: str) -> None:
    assert EXAMPLES[name].startswith(f"{name}(")
    assert formula.parse(EXAMPLES[name])
    assert set(EXAMPLES) == set(FUNCTIONS)
