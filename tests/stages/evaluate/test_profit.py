import numpy as np
import pytest

from mll_core.domain.ladder import Ladder
from mll_core.domain.report import Stamp
from mll_core.domain.task import Predictions
from mll_core.domain.training import Interval
from mll_core.infra.bootstrap import Bootstrap
from mll_core.plugins.metrics.expected_value import ExpectedValue
from mll_core.stages.evaluate import profit
from mll_core.stages.evaluate.profit import Deal
from mll_core.stages.evaluate.unit import Unit

WORTH = ExpectedValue(true_positive=90, false_positive=-10, false_negative=-40)
STAMP = Stamp(rows=1, split="the sealed test", data_version="d", document_version=1)


def cases(n: int = 400, seed: int = 0, skill: float = 1.5, truths: int = 4) -> Predictions:
    draw = np.random.default_rng(seed)
    truth = (draw.random(n) < 0.25).astype(np.int64)
    score = 1 / (1 + np.exp(-draw.normal(skill * truth - 1, 1, n))).round(truths)
    return Predictions(truth, np.c_[1 - score, score], (score >= 0.5).astype(np.int64), ("n", "y"))


def deal(some: Predictions, metric: ExpectedValue = WORTH, resamples: int = 200) -> Deal:
    ladder = Ladder.of(some.score[:, 1], some.truth == 1, keep=(0.5,))
    rule = Interval(value=-3.0, low=-4.0, high=-2.0, n=some.n)
    return Deal(some, Bootstrap(resamples), ladder, metric, 0.5, rule, "EUR", Unit())


def test_every_step_counts_what_a_threshold_would_call() -> None:
    some = cases()
    ladder = Ladder.of(
        some.score[:, 1],
        some.truth == 1,
        {"sex": (("f", "m"), np.arange(400) % 2)},
        keep=(0.321,),
    )
    for threshold in (0.0, 0.321, 0.5, 0.77, 1.0):
        step = ladder.at(threshold)
        assert ladder.thresholds[step] == threshold
        called = some.score[:, 1] >= threshold
        told = ladder.read(step)
        assert told.cells == (
            (int((~called & (some.truth == 0)).sum()), int((called & (some.truth == 0)).sum())),
            (int((~called & (some.truth == 1)).sum()), int((called & (some.truth == 1)).sum())),
        )
        for rung, sex in zip(ladder.groups["sex"], (0, 1), strict=True):
            mine = np.arange(400) % 2 == sex
            assert ladder.read(step, rung).called == int((called & mine).sum())
            assert ladder.read(step, rung).rows == 200
    assert ladder.read(len(ladder.thresholds) - 1).called == 0
    assert Ladder.model_validate_json(ladder.model_dump_json()) == ladder


def test_money_at_every_step_is_the_money_of_deciding_so() -> None:
    some = cases()
    made = profit.of(deal(some), STAMP)
    for step in range(0, len(made.thresholds), 37):
        label = (some.score[:, 1] >= made.thresholds[step]).astype(np.int64)
        said = Predictions(some.truth, some.score, label, some.classes)
        assert made.value[step] == pytest.approx(WORTH.score(said))
        assert made.low[step] <= made.value[step] <= made.high[step]
    assert made.now.value == pytest.approx(WORTH.score(some))
    worth = {other.name: other.value.value for other in made.others}
    assert worth["Today's rule"] == -3
    assert worth["Doing nothing"] == pytest.approx(-40 * some.truth.mean())
    assert made.best.value == max(made.value)


def test_a_capacity_has_its_line_and_break_even_is_where_acting_starts_to_pay() -> None:
    some = cases()
    limited = WORTH.model_copy(update={"share": 0.1})
    made = profit.of(deal(some, limited), STAMP)
    assert made.handled == 40
    called = int((some.score[:, 1] >= made.room).sum())
    assert called <= 40
    p = made.break_even
    assert p is not None
    assert p * 90 + (1 - p) * -10 == pytest.approx(p * -40)
    always = ExpectedValue(true_positive=5, false_positive=1)
    assert profit.break_even(always) is None


def test_what_choosing_on_the_same_rows_overstates_is_told_about_right() -> None:
    """The value of a chosen threshold on a large fresh set is what was expected of it."""
    fresh = cases(100_000, seed=999, skill=0.3, truths=2)
    told, real, expected = [], [], []
    for seed in range(30):
        some = cases(150, seed, skill=0.3, truths=2)
        best = profit.of(deal(some, resamples=100), STAMP).best
        label = (fresh.score[:, 1] >= best.threshold).astype(np.int64)
        real.append(WORTH.score(Predictions(fresh.truth, fresh.score, label, fresh.classes)))
        told.append(best.value)
        expected.append(best.expected)
    overstated = np.mean(told) - np.mean(real)
    assert overstated > 0.5
    assert np.mean(told) - np.mean(expected) == pytest.approx(overstated, rel=0.6)
