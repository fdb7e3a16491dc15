import numpy as np
import pytest

from mll_core.domain.task import Predictions
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.studentised import FEWEST, Studentised
from mll_core.plugins.metrics.bias import Bias
from mll_core.plugins.metrics.expected_cost import ExpectedCost
from mll_core.plugins.metrics.mae import MeanAbsoluteError
from mll_core.plugins.metrics.rmse import RootMeanSquaredError

MAE = MeanAbsoluteError()


def off(n: int, seed: int = 0) -> Predictions:
    errors = np.random.default_rng(seed).laplace(0, 1, n)
    return Predictions(np.zeros(n), errors, errors)


def test_a_large_error_reaches_further_up_than_down() -> None:
    found = Bootstrap(1000).intervals({"rmse": RootMeanSquaredError()}, off(60))["rmse"]
    assert 0 < found.low < found.value < found.high
    assert found.high - found.value > 1.3 * (found.value - found.low)


def test_what_an_error_costs_has_the_interval_of_the_error() -> None:
    both = {"mae": MAE, "cost": ExpectedCost(per_unit=3.0)}
    found = Bootstrap(500).intervals(both, off(80))
    ends = (3 * found["mae"].low, 3 * found["mae"].high)
    assert (found["cost"].low, found["cost"].high) == pytest.approx(ends)


def test_rows_written_five_times_and_said_to_belong_together_count_once() -> None:
    once = Bootstrap(1000).intervals({"mae": MAE}, off(60))["mae"]
    rows = np.repeat(np.arange(60), 5)
    five = Bootstrap(1000, groups=rows).intervals({"mae": MAE}, off(60).take(rows))["mae"]
    assert (five.low, five.high) == pytest.approx((once.low, once.high))


def test_what_may_be_below_nothing_and_few_rows_are_left_to_percentiles() -> None:
    rows = np.arange(60)
    assert Studentised.of(Bias(), off(60), rows) is None
    assert Studentised.of(MAE, off(FEWEST - 1), rows[: FEWEST - 1]) is None
    found = Bootstrap(500).intervals({"mae": MAE}, off(FEWEST - 1))["mae"]
    assert found.low < found.value < found.high


def test_errors_that_are_all_alike_have_no_spread() -> None:
    cases = Predictions(np.zeros(40), np.full(40, 2.0), np.full(40, 2.0))
    found = Bootstrap(200).intervals({"mae": MAE}, cases)["mae"]
    assert (found.low, found.value, found.high) == pytest.approx((2, 2, 2))
