import math

import ibis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from samples import replay

from mll_core.domain.errors import InvalidParameter, UnknownColumn, WrongColumnKind
from mll_core.plugins.steps.limit_values import LimitValues


def test_values_that_cannot_be_become_missing() -> None:
    step = LimitValues(column="age", lowest=0, highest=120)
    said = replay(step, age=[-1.0, 0.0, 64.0, 120.0, 999.0, None, math.inf])["age"]
    assert said == [None, 0, 64, 120, None, None, None]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.floats(-1e6, 0), st.floats(0, 1e6))
def test_the_nearest_allowed_is_what_numpy_clips_to(
    values: list[float], low: float, high: float
) -> None:
    step = LimitValues(column="x", lowest=low, highest=high, how="nearest")
    assert replay(step, x=[*values])["x"] == np.clip(values, low, high).tolist()


def test_a_range_the_wrong_way_round_or_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="lowest is above highest"):
        LimitValues(column="x", lowest=2, highest=1)
    with pytest.raises(ValidationError, match="give lowest, highest or both"):
        LimitValues(column="x", lowest=None)


def test_a_rule_says_what_becomes_of_values_outside_and_is_held_to_the_range_too() -> None:
    step = LimitValues(column="height", lowest=0.5, highest=2.5, how="rule", rule="height / 100")
    said = replay(step, height=[1.8, 180.0, 1800.0, None, -1.0])["height"]
    assert said == [1.8, 1.8, None, None, None]
    assert step.sentence() == (
        "Values of 'height' below 0.5 or above 2.5 become height / 100, from 'height'."
    )


def test_a_rule_must_be_there_and_give_a_number() -> None:
    with pytest.raises(InvalidParameter, match="give a formula"):
        LimitValues.of(column="x", how="rule")
    schema = ibis.schema({"x": "float64", "c": "string"})
    with pytest.raises(WrongColumnKind, match="gives no number"):
        LimitValues(column="x", how="rule", rule="c").check(schema)
    with pytest.raises(UnknownColumn, match=r"limit_values\.rule"):
        LimitValues(column="x", how="rule", rule="other + 1").check(schema)
