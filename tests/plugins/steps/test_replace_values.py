import math

import ibis
import pytest
from samples import replay

from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.plugins.steps.replace_values import ReplaceValues


def test_text_is_replaced_whole_and_once() -> None:
    step = ReplaceValues.of(column="c", values={"a": "b", "b": "c", "?": None})
    assert replay(step, c=["a", "b", "?", "ab", None])["c"] == ["b", "c", None, "ab", None]


def test_a_list_of_codes_becomes_missing_in_numbers_too() -> None:
    step = ReplaceValues.of(column="n", values=[-1, 999.0])
    assert step.values == {"-1": None, "999": None}
    assert replay(step, n=[-1, 5, 999, None])["n"] == [None, 5, None, None]


def test_truth_and_infinity_can_be_replaced() -> None:
    assert replay(ReplaceValues.of(column="b", values={True: False}), b=[True, False])["b"] == [
        0,
        0,
    ]
    step = ReplaceValues.of(column="n", values={"inf": "0"})
    assert replay(step, n=[math.inf, 1.0])["n"] == [0, 1]


def test_a_value_the_column_cannot_hold_is_refused() -> None:
    step = ReplaceValues.of(column="n", values={"1": "one"})
    with pytest.raises(WrongColumnKind, match="'one' cannot stand in 'n'"):
        step.check(ibis.schema({"n": "int64"}))
    with pytest.raises(InvalidParameter, match=r"replace_values\.values"):
        ReplaceValues.of(column="n", values={})
