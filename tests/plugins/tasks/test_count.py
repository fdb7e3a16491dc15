import numpy as np
import pytest

from mll_core.domain.data import ColumnProfile, Profile, Top
from mll_core.domain.document import Brief, Values
from mll_core.infra import folds
from mll_core.plugins.tasks.count import Count


def numbers(low: float, middle: float, high: float, kind: str = "BIGINT") -> ColumnProfile:
    top = (Top(value=str(middle), count=9),)
    more = {"semantic": "number", "nulls": 0, "distinct": 90, "top": top}
    return ColumnProfile(name="visits", type=kind, min=low, max=high, **more)


@pytest.mark.parametrize(
    ("column", "proposed", "fits"),
    [
        (numbers(0, 4, 90), True, True),
        (numbers(1, 4, 90), True, True),
        (numbers(0.0, 4.0, 90.0, "DOUBLE"), True, True),
        (numbers(17, 40, 90), False, True),
        (numbers(-1, 4, 90), False, False),
        (numbers(0.0, 4.5, 90.0, "DOUBLE"), False, False),
        (numbers(0, 4, 90, "VARCHAR"), False, False),
    ],
)
def test_whole_numbers_from_nothing_up_may_be_a_count(
    column: ColumnProfile, proposed: bool, fits: bool
) -> None:
    assert bool(Count().proposed(column)) is proposed
    assert (Count().unfit(column) is None) is fits
    assert not Count().recognised(column, 1000)


def test_it_is_judged_by_the_deviance_of_counts_unless_errors_have_a_price() -> None:
    profile = Profile(rows=10, columns=(numbers(0, 4, 90),))
    assert Count().metric(Brief(target="visits"), profile)[0] == "poisson_deviance"
    priced = Brief(target="visits", values=Values(per_unit_of_error=-2))
    assert Count().metric(priced, profile)[0] == "expected_cost"


def test_every_part_has_its_share_of_each_frequent_count_and_of_the_largest() -> None:
    counts = np.random.default_rng(0).negative_binomial(0.6, 0.2, 2_000).astype(float)
    how = Count().strata(Brief())
    stratum = folds.strata(counts, how)
    for value in range(4):
        mine = stratum[counts == value]
        assert set(counts[stratum == mine[0]]) == {value}
    largest = counts >= np.quantile(counts, 0.99)
    cuts = folds.cuts(counts, folds.Layout("stratified", 5, 1, 0, strata=how))
    held = [int(largest[valid].sum()) for _, valid in cuts]
    assert max(held) - min(held) <= 1
