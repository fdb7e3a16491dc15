import numpy as np
import pytest

from mll_core.domain.group_cuts import how_many
from mll_core.domain.mitigation import Known
from mll_core.plugins.mitigations.group_thresholds import ENOUGH, GroupThresholds


def known(n: int = 4_000) -> Known:
    draw = np.random.default_rng(0)
    group = draw.integers(0, 2, n)
    score = np.clip(draw.random(n) * 0.8 + 0.2 * group, 0, 1)
    return Known(score, draw.random(n) < score, group)


def half(hit: np.ndarray, score: np.ndarray) -> float:
    return 0.5


def rates(called: np.ndarray, of: np.ndarray, group: np.ndarray) -> list[float]:
    return [called[of & (group == g)].mean() for g in (0, 1)]


def test_each_goal_makes_its_own_rate_alike() -> None:
    told = known()
    everybody = np.ones(len(told.score), dtype=bool)
    for goal, count in (("demographic_parity", everybody), ("equal_opportunity", told.hit)):
        called = GroupThresholds(goal=goal).decide(told, told.score, told.group, half)
        assert np.ptp(rates(called, count, told.group)) < 0.01
    called = GroupThresholds(goal="predictive_parity").decide(told, told.score, told.group, half)
    right = [told.hit[called & (told.group == g)].mean() for g in (0, 1)]
    assert np.ptp(right) < 0.03


def test_a_group_of_few_known_rows_keeps_the_common_threshold() -> None:
    told = known()
    group = np.where(np.arange(len(told.score)) < ENOUGH - 1, 2, told.group)
    few = Known(told.score, told.hit, group)
    called = GroupThresholds().decide(few, few.score, few.group, half)
    np.testing.assert_array_equal(called[group == 2], few.score[group == 2] >= 0.5)


@pytest.mark.parametrize(
    ("goal", "rate", "expected"),
    [
        ("demographic_parity", 0.5, 2),
        ("demographic_parity", 0.0, 0),
        ("equal_opportunity", 0.5, 1),
        ("equal_opportunity", 1.0, 3),
        ("predictive_parity", 0.6, 3),
        ("predictive_parity", 1.0, 1),
    ],
)
def test_how_many_are_called_of_four(goal: str, rate: float, expected: int) -> None:
    score, hit = np.array([0.9, 0.7, 0.5, 0.1]), np.array([True, False, True, False])
    assert how_many(goal, score, hit, rate) == expected
