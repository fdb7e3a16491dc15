import pytest

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.plugins.tasks.skewed import Skewed


def amounts(low: float, mean: float, kind: str = "DOUBLE") -> ColumnProfile:
    more = {"semantic": "number", "nulls": 0, "distinct": 900, "quantiles": {"0.5": 100.0}}
    return ColumnProfile(name="price", type=kind, min=low, max=9000, mean=mean, std=80.0, **more)


@pytest.mark.parametrize(
    ("column", "proposed", "fits"),
    [
        (amounts(10, 130), True, True),
        (amounts(10, 110), False, True),
        (amounts(0, 130), False, False),
        (amounts(10, 130, "VARCHAR"), False, False),
    ],
)
def test_positive_amounts_with_a_few_very_large_ones_may_be_skewed(
    column: ColumnProfile, proposed: bool, fits: bool
) -> None:
    assert bool(Skewed().proposed(column)) is proposed
    assert (Skewed().unfit(column) is None) is fits


def test_it_is_judged_in_percent() -> None:
    profile = Profile(rows=10, columns=(amounts(10, 130),))
    assert Skewed().metric(Brief(target="price"), profile)[0] == "gamma_deviance"
