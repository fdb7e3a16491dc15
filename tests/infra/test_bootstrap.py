import math
import time

import numpy as np
import pytest
from metric_cases import binary, multiclass, numeric, one_class
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from mll_core.domain.metric import Metric
from mll_core.domain.task import Predictions
from mll_core.infra import bootstrap
from mll_core.infra.bootstrap import Bootstrap, blocks
from mll_core.infra.shares import wilson
from mll_core.plugins.metrics.accuracy import Accuracy
from mll_core.plugins.metrics.average_precision import AveragePrecision
from mll_core.plugins.metrics.log_loss import LogLoss
from mll_core.plugins.metrics.mae import MeanAbsoluteError
from mll_core.plugins.metrics.recall import Recall
from mll_core.plugins.metrics.roc_auc import RocAuc

AUC, MAE = RocAuc(), MeanAbsoluteError()


def true_auc() -> float:
    """Scores are normal(1.5, 1) and normal(0, 1): the area has a closed form."""
    return float(stats.norm.cdf(1.5 / math.sqrt(2)))


@pytest.mark.parametrize(
    ("metric", "make", "truth"),
    [
        (AUC, binary, true_auc()),
        (MAE, numeric, 2 * math.sqrt(2 / math.pi)),
    ],
    ids=["roc_auc", "mae"],
)
def test_about_95_of_100_intervals_hold_the_true_value(
    metric: Metric, make: object, truth: float
) -> None:
    held = 0
    for seed in range(400):
        found = Bootstrap(300, seed).intervals({"m": metric}, make(2 * seed, n=150))["m"]
        held += found.low <= truth <= found.high
    assert 0.93 <= held / 400 <= 0.97


def test_intervals_of_grouped_rows_hold_the_true_value_where_row_wise_ones_do_not() -> None:
    held = {"groups": 0, "rows": 0}
    for seed in range(300):
        draw = np.random.default_rng(seed)
        codes = np.repeat(np.arange(40), 10)
        off = np.abs(draw.normal(0, 1, 40)[codes])  # every row of a group is off by the same
        cases = Predictions(np.zeros(400), off, off)
        truth = math.sqrt(2 / math.pi)
        for name, groups in (("groups", codes), ("rows", None)):
            found = Bootstrap(300, seed, groups).intervals({"m": MAE}, cases)["m"]
            held[name] += found.low <= truth <= found.high
    assert 0.90 <= held["groups"] / 300 <= 0.98
    assert held["rows"] / 300 < 0.6


def test_the_same_seed_gives_the_same_interval() -> None:
    cases = binary(0)
    first = Bootstrap(200, 3).intervals({"m": AUC}, cases)["m"]
    again = Bootstrap(200, 3).intervals({"m": AUC, "other": Accuracy()}, cases)["m"]
    assert first == again


def test_a_paired_difference_is_sharper_than_two_intervals() -> None:
    cases = numeric(0)
    worse = Predictions(
        cases.truth, cases.score + 0.5 * np.sign(cases.score - cases.truth), cases.label
    )
    gain = Bootstrap(300).difference(MAE, cases, worse)
    assert gain.value == pytest.approx(0.5)  # smaller errors are better, so positive
    assert gain.high - gain.low < 1e-9
    assert gain.n == cases.n


def test_an_undefined_metric_has_no_interval_and_is_no_error() -> None:
    found = Bootstrap(200).intervals({"auc": AUC, "accuracy": Accuracy()}, one_class())
    assert math.isnan(found["auc"].value)
    assert math.isnan(found["auc"].low)
    assert found["accuracy"].low <= found["accuracy"].value <= found["accuracy"].high


def test_bounds_are_left_open_when_most_resamples_are_undefined() -> None:
    cases = binary(0)
    few = cases.take(np.r_[np.flatnonzero(cases.truth == 0)[:50]])
    one = cases.take(np.flatnonzero(cases.truth == 1)[:0])
    assert one.n == 0
    found = Bootstrap(200).intervals({"recall": Recall()}, few)["recall"]
    assert math.isnan(found.low)
    assert math.isnan(Bootstrap(200).intervals({"recall": Recall()}, one)["recall"].value)


def test_many_rows_give_the_width_of_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = binary(0, n=8000)
    full = Bootstrap(400).intervals({"m": AUC}, cases)["m"]
    monkeypatch.setattr(bootstrap, "MOST_ROWS", 2000)
    part = Bootstrap(400).intervals({"m": AUC}, cases)["m"]
    assert part.value == full.value
    assert part.high - part.low == pytest.approx(full.high - full.low, rel=0.25)


def test_a_thousand_resamples_of_ten_thousand_rows_take_seconds() -> None:
    cases = binary(0, n=10_000)
    metrics = {"auc": AUC, "ap": AveragePrecision(), "loss": LogLoss(), "recall": Recall()}
    started = time.perf_counter()
    Bootstrap(1000).intervals(metrics, cases)
    assert time.perf_counter() - started < 15


def test_more_than_two_classes_have_intervals_too() -> None:
    found = Bootstrap(200).intervals({"auc": AUC}, multiclass(0))["auc"]
    assert found.low < found.value < found.high


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (10, 10), (3, 7), (500, 1000)])
def test_the_interval_of_a_share_equals_statsmodels(hits: int, n: int) -> None:
    low, high = proportion_confint(hits, n, method="wilson")
    found = wilson(hits, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert math.isnan(wilson(0, 0).value)


def test_blocks_keep_neighbours_together() -> None:
    codes = blocks(1000)
    assert np.bincount(codes).tolist() == [10] * 100
    assert len(blocks(1)) == 1
