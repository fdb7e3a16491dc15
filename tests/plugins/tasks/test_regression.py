from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.plugins.tasks.regression import Regression


def number(distinct: int) -> ColumnProfile:
    return ColumnProfile(name="price", type="DOUBLE", semantic="number", nulls=0, distinct=distinct)


def test_a_number_with_many_values_is_a_quantity() -> None:
    assert "quantity" in Regression().recognised(number(500), 1000)
    assert not Regression().recognised(number(5), 1000)


def test_a_quantile_is_judged_by_its_own_loss() -> None:
    profile = Profile(rows=10, columns=(number(10),))
    assert Regression().metric(Brief(target="price", quantile=0.9), profile)[0] == "pinball"
    assert Regression().metric(Brief(target="price"), profile)[0] == "mae"
