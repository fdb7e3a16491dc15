import ibis.expr.datatypes as dt
import pytest

from mll_core.domain.conditions import CONDITIONS, condition, fitting, joined
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.formula import columns, parse


@pytest.mark.parametrize(
    ("column", "what", "value", "dtype", "formula"),
    [
        ("age", "is at least", "18", dt.float64, "age >= 18"),
        ("my plan", "is", "Gold", dt.string, '`my plan` == "Gold"'),
        ("plan", "is one of", 'a "b", c', dt.string, 'plan in (\'a "b"\', "c")'),
        ("n", "is none of", "1, 2.5", dt.int64, "n not in (1, 2.5)"),
        ("when", "is less than", "2024-03-01", dt.timestamp, 'when < "2024-03-01"'),
        ("open", "is", "true", dt.boolean, "open == True"),
        ("in", "is missing", "", dt.string, "`in` is missing"),
        ("t", "contains", "x", dt.string, 'contains(t, "x")'),
    ],
)
def test_a_condition_is_written_as_a_person_would(
    column: str, what: str, value: str, dtype: dt.DataType, formula: str
) -> None:
    assert condition(column, what, value, dtype) == formula
    assert columns(formula) == (column,)


def test_conditions_are_joined_and_what_was_there_stays_whole() -> None:
    both = joined(joined("", "and", "a > 1"), "and", "b > 2")
    assert both == "a > 1 and b > 2"
    assert joined(both, "or", "c > 3") == "(a > 1 and b > 2) or c > 3"


def test_every_condition_can_be_read_back_and_is_offered_where_it_fits() -> None:
    for what in fitting(dt.string):
        parse(condition("c", what, "x", dt.string))
    assert fitting(dt.string) == list(CONDITIONS)
    assert fitting(dt.boolean) == ["is", "is not", "is missing", "is not missing"]


@pytest.mark.parametrize(
    ("value", "dtype"), [("x", dt.int64), ("", dt.string), ("soon", dt.timestamp)]
)
def test_a_value_that_does_not_fit_is_refused(value: str, dtype: dt.DataType) -> None:
    with pytest.raises(InvalidParameter, match="cannot stand"):
        condition("c", "is", value, dtype)
