import pytest

from mll_core.domain.data import ColumnProfile, Profile, Top
from mll_core.domain.document import Brief, Values
from mll_core.plugins.tasks.binary import Binary


def column(rare: int) -> ColumnProfile:
    return ColumnProfile(
        name="left", type="VARCHAR", semantic="category", nulls=0, distinct=2,
        top=(Top(value="no", count=100 - rare), Top(value="yes", count=rare)),
    )  # fmt: skip


@pytest.mark.parametrize(("rare", "metric"), [(5, "average_precision"), (30, "roc_auc")])
def test_what_ranks_depends_on_how_rare_the_sought_class_is(rare: int, metric: str) -> None:
    profile = Profile(rows=100, columns=(column(rare),))
    assert Binary().metric(Brief(target="left"), profile)[0] == metric


def test_money_goes_first_and_two_values_are_what_it_takes() -> None:
    profile = Profile(rows=100, columns=(column(30),))
    values = Values(true_positive=10, false_positive=-1, false_negative=-5, true_negative=0)
    assert Binary().metric(Brief(target="left", values=values), profile)[0] == "expected_value"
    assert "two values" in Binary().recognised(column(30), 100)
    three = column(30).model_copy(update={"distinct": 3})
    assert Binary().unfit(three) is not None
