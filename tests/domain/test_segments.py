import numpy as np
import pytest
from segment_runs import search

from mll_core.domain.segments import least
from mll_core.domain.significance import alike, apart, benjamini_hochberg, holm
from mll_core.domain.training import Interval


def test_a_planted_weak_segment_is_found() -> None:
    found = [search(seed, planted=0.35) for seed in range(5)]
    hits = sum(any("column 1 is a" in one.name for one in segments) for segments in found)
    assert hits == 5


@pytest.mark.parametrize("together", [1, 5])
def test_pure_noise_gives_none(together: int) -> None:
    """A slice; tests/bench has 400 tables of each kind."""
    assert sum(bool(search(seed, together=together)) for seed in range(12)) <= 1


def test_corrections_equal_those_of_statsmodels() -> None:
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = np.random.default_rng(0).random(30) ** 3
    assert holm(p) == pytest.approx(multitest.multipletests(p, method="holm")[1])
    assert benjamini_hochberg(p) == pytest.approx(multitest.multipletests(p, method="fdr_bh")[1])


def test_values_from_different_rows_are_compared_by_their_intervals() -> None:
    one = Interval(value=1.0, low=0.8, high=1.2)
    far = Interval(value=2.0, low=1.8, high=2.2)
    assert apart(one, one) == 1.0
    assert apart(one, far) < 1e-9
    assert alike([one, one, one]) == 1.0
    assert alike([one, one, far]) < 1e-9
    assert np.isnan(alike([one]))


def test_what_is_said_to_be_seen_grows_with_groups_and_few_rows() -> None:
    loss = np.repeat((np.random.default_rng(0).random(240) < 0.15).astype(float), 5)
    alone, grouped = least(loss), least(loss, np.repeat(np.arange(240), 5))
    assert 0.1 < alone < 0.3 < grouped < 0.6
    assert least(loss[:300]) > alone
    assert least(np.zeros(100)) == 0
