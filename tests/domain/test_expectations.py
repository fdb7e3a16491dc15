import pytest

from mll_core.domain.errors import InvalidParameter, UnknownColumn, WrongColumnKind
from mll_core.domain.expectations import Expectations, directions, groups
from mll_core.domain.model import Feature

AGE = Feature(name="age", source="age", kind="number")
DAY = Feature(name="joined: day", source="joined", kind="number")
YEAR = Feature(name="joined: year", source="joined", kind="number")
PLAN = Feature(name="plan", source="plan", kind="category", levels=("a", "b"))
ALL = (AGE, DAY, YEAR, PLAN)


def test_nothing_demanded_leaves_the_features_as_they_are() -> None:
    assert Expectations().marked(ALL) == ALL
    assert directions(ALL) is None
    assert groups(ALL) is None
    assert not Expectations().demands


def test_each_feature_says_how_the_answer_may_go() -> None:
    asked = Expectations(falling=("age",))
    assert directions(asked.marked(ALL)) == [-1, 0, 0, 0]
    assert asked.demands == {"directions"}


def test_features_of_one_column_stay_together_and_one_in_no_group_acts_alone() -> None:
    marked = Expectations(together=(("age", "plan"), ("age", "gone"))).marked(ALL)
    assert groups(marked) == [[0, 3], [0], [1, 2]]


@pytest.mark.parametrize(("column", "why"), [("plan", "names"), ("joined", "several numbers")])
def test_what_has_no_order_cannot_rise(column: str, why: str) -> None:
    with pytest.raises(WrongColumnKind, match=why):
        Expectations(rising=(column,)).marked(ALL)


def test_a_column_cannot_both_rise_and_fall() -> None:
    with pytest.raises(InvalidParameter, match="both name 'age'"):
        Expectations(rising=("age",), falling=("age",)).marked(ALL)


def test_a_column_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownColumn, match=r"train\.together") as caught:
        Expectations(together=(("age", "pln"),)).refuse_unknown(["age", "plan"])
    assert "plan" in caught.value.hint
