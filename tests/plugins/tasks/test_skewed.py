import numpy as np
import pytest

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.infra import folds
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


def test_every_part_has_its_share_of_the_few_largest() -> None:
    amounts = np.random.default_rng(0).lognormal(4, 1.5, 1_000)
    layout = folds.Layout("stratified", 5, 1, 0, strata=Skewed().strata(Brief()))
    held = [
        (amounts[valid] > np.quantile(amounts, 0.98)).sum()
        for _, valid in folds.cuts(amounts, layout)
    ]
    assert max(held) - min(held) <= 1


def test_a_column_without_a_value_is_refused_in_words() -> None:
    empty = ColumnProfile(name="price", type="DOUBLE", semantic="number", nulls=9, distinct=0)
    assert "holds no value" in str(Skewed().unfit(empty))
