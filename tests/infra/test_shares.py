import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from mll_core.infra.shares import mean, share

HITS = np.random.default_rng(0).random(200) < 0.3


def ends(found: object) -> tuple[float, float]:
    return found.low, found.high


def test_of_rows_alone_it_is_wilsons() -> None:
    wilson = proportion_confint(HITS.sum(), 200, method="wilson")
    assert ends(share(HITS)) == pytest.approx(wilson)
    assert ends(share(HITS, np.arange(200))) == pytest.approx(wilson)


def test_a_row_written_five_times_counts_once() -> None:
    alone, five = share(HITS), share(np.repeat(HITS, 5), np.repeat(np.arange(200), 5))
    assert five.value == alone.value
    assert five.n == 1000
    assert ends(five) == pytest.approx(ends(alone), abs=0.002)


def test_groups_whose_rows_are_all_alike_tell_no_more_than_groups() -> None:
    none = share(np.zeros(100, bool), np.arange(100) // 10)
    assert none.high == pytest.approx(proportion_confint(0, 10, method="wilson")[1], abs=0.07)
    assert share(np.ones(50, bool), np.zeros(50)).low < 0.3


def test_no_row_has_no_share() -> None:
    assert np.isnan(share(np.array([], bool)).value)


def test_the_interval_of_a_mean_is_students_of_rows_and_of_groups_of_one_size() -> None:
    values = np.random.default_rng(0).normal(3, 1, 12)
    alone = stats.ttest_1samp(values, 0).confidence_interval()
    assert ends(mean(values)) == pytest.approx(tuple(alone))
    five = mean(np.repeat(values, 5), np.repeat(np.arange(12), 5))
    assert ends(five) == pytest.approx(tuple(alone))
