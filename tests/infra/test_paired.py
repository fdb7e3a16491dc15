import numpy as np
import pytest
from scipy.stats import binom, binomtest

from mll_core.infra.paired import exact, means, shares


@pytest.mark.parametrize("n", [1, 7, 20])
def test_a_share_has_the_exact_interval_of_scipy(n: int) -> None:
    for hits in range(n + 1):
        found, truth = exact(hits, n), binomtest(hits, n).proportion_ci(0.95, "exact")
        assert (found.low, found.high) == pytest.approx((truth.low, truth.high), abs=1e-12)
        assert found.low <= found.value <= found.high


def test_an_exact_interval_never_holds_the_truth_less_than_95_times_in_100() -> None:
    ends = [exact(hits, 20) for hits in range(21)]
    for truth in np.linspace(0.02, 0.98, 49):
        held = [one.low <= truth <= one.high for one in ends]
        assert binom.pmf(np.arange(21), 20, truth)[held].sum() >= 0.95


@pytest.mark.parametrize(("right", "better", "worse"), [(0.5, 0.2, 0.2), (0.6, 0.25, 0.05)])
def test_the_difference_of_twenty_pairs_holds_the_truth_as_often_as_it_says(
    right: float, better: float, worse: float
) -> None:
    draw, held = np.random.default_rng(0), 0
    for _ in range(2000):
        kind = draw.choice(4, 20, p=[right, better, worse, 1 - right - better - worse])
        found = shares(kind <= 1, (kind == 0) | (kind == 2))
        held += found.low <= better - worse <= found.high
    assert 0.93 <= held / 2000 <= 0.985


def test_equal_answers_are_not_apart_and_the_order_only_turns_the_sign() -> None:
    one = np.array([True] * 12 + [False] * 8)
    same = shares(one, one)
    assert (same.value, same.low <= 0 <= same.high) == (0.0, True)
    other = np.roll(one, 5)
    there, back = shares(one, ~other), shares(~other, one)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))


def test_a_mean_has_students_interval_and_one_value_has_none() -> None:
    draw, held = np.random.default_rng(1), 0
    for _ in range(2000):
        found = means(draw.normal(3, 2, 8))
        held += found.low <= 3 <= found.high
    assert 0.93 <= held / 2000 <= 0.97
    assert np.isnan(means(np.array([1.0])).low)
