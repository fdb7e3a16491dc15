import numpy as np
from metric_cases import SEEDS, binary, exactly
from sklearn import metrics

from mll_core.catalog import METRICS
from mll_core.domain.document import Brief, Capacity, Values
from mll_core.domain.ladder import Ladder
from mll_core.domain.metric import all_called
from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.expected_value import ExpectedValue


@SEEDS
def test_each_decision_counts_with_its_value(seed: int) -> None:
    cases = binary(seed)
    (tn, fp), (fn, tp) = metrics.confusion_matrix(cases.truth, cases.label)
    metric = ExpectedValue(
        true_positive=90, false_positive=-10, false_negative=-40, true_negative=1
    )
    expected = (90 * tp - 10 * fp - 40 * fn + tn) / cases.n
    assert metric.score(cases) == exactly(expected)


@SEEDS
def test_of_more_cases_than_can_be_handled_the_highest_scores_are_acted_on(seed: int) -> None:
    cases = binary(seed)
    everyone = Predictions(cases.truth, cases.score, np.ones_like(cases.label), cases.classes)
    metric = ExpectedValue(true_positive=90, false_positive=-10, false_negative=-40, share=0.1)
    room = cases.n // 10
    at_capacity = {
        kind: METRICS[kind].of(share=0.1).score(everyone)
        for kind in ("precision_at_capacity", "recall_at_capacity")
    }
    found = at_capacity["precision_at_capacity"] * room
    positives = cases.truth.sum()
    assert found == exactly(at_capacity["recall_at_capacity"] * positives)
    expected = (90 * found - 10 * (room - found) - 40 * (positives - found)) / cases.n
    assert metric.score(everyone) == exactly(expected)
    free = ExpectedValue(true_positive=90, false_positive=-10)
    wide = ExpectedValue(true_positive=90, false_positive=-10, share=0.999)
    assert wide.score(cases) == exactly(free.score(cases))


def test_without_scores_that_differ_those_handled_are_drawn_at_random() -> None:
    cases = binary(0)
    metric = ExpectedValue(true_positive=90, false_positive=-10, false_negative=-40, share=0.1)
    hit, room = cases.truth.mean(), (cases.n // 10) / cases.n
    expected = room * (90 * hit - 10 * (1 - hit)) + (1 - room) * -40 * hit
    assert metric.score(all_called(cases, 1)) == exactly(expected)
    assert metric.score(all_called(cases, 0)) == exactly(-40 * hit)


@SEEDS
def test_the_value_at_every_threshold_is_that_of_the_cases_handled_there(seed: int) -> None:
    cases = binary(seed)
    metric = ExpectedValue(true_positive=90, false_positive=-10, false_negative=-40, share=0.07)
    score = cases.score[:, 1]
    ladder = Ladder.of(score, cases.truth == 1, keep=metric.edges(score))
    values = metric.at_steps(ladder.counts)
    for step, threshold in enumerate(ladder.thresholds):
        label = (score >= threshold).astype(np.int64)
        said = Predictions(cases.truth, cases.score, label, cases.classes)
        assert values[step] == exactly(metric.score(said))


def test_its_amounts_are_those_in_the_brief() -> None:
    values = Values(true_positive=90, false_positive=-10, false_negative=-40)
    metric = ExpectedValue.of_brief(Brief(values=values))
    assert metric == ExpectedValue(
        true_positive=90, false_positive=-10, false_negative=-40, true_negative=0
    )
    assert ExpectedValue.usable(Brief(values=values))
    week = Capacity(count=30, cases_per_period=300)
    assert ExpectedValue.of_brief(Brief(values=values, capacity=week)).share == 0.1
    assert not ExpectedValue.usable(Brief())
