import ibis
import pytest
from samples import replay

from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.plugins.steps.validate_formula import ValidateFormula


def test_rows_that_break_the_formula_are_marked_and_their_values_made_missing() -> None:
    step = ValidateFormula(formula="a <= b", missing=("b",))
    out = replay(step, a=[1.0, 5.0, None], b=[2.0, 2.0, 2.0])
    assert out["breaks rule"] == [0, 1, 0]
    assert (out["a"], out["b"]) == ([1, 5, None], [2, None, 2])


def test_values_may_be_made_missing_without_a_mark() -> None:
    step = ValidateFormula(formula="a > 0", into="", missing=("a",))
    assert replay(step, a=[1.0, -1.0]) == {"a": [1, None]}


def test_a_formula_that_does_nothing_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="give into, missing or both"):
        ValidateFormula.of(formula="a > 0", into="")
    with pytest.raises(WrongColumnKind, match="not true or false"):
        ValidateFormula(formula="a + 1").check(ibis.schema({"a": "int64"}))
