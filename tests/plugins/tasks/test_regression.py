from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief, Values
from mll_core.plugins.tasks.regression import Regression


def number(distinct: int) -> ColumnProfile:
    return ColumnProfile(name="price", type="DOUBLE", semantic="number", nulls=0, distinct=distinct)


def test_a_number_with_many_values_is_a_quantity() -> None:
    assert "quantity" in Regression().recognised(number(500), 1000)
    assert not Regression().recognised(number(5), 1000)


def test_it_is_judged_by_the_error_in_its_own_unit_or_by_its_cost() -> None:
    profile = Profile(rows=10, columns=(number(10),))
    assert Regression().metric(Brief(target="price"), profile)[0] == "mae"
    priced = Brief(target="price", values=Values(per_unit_of_error=-2))
    assert Regression().metric(priced, profile)[0] == "expected_cost"
