import numpy as np
from metric_cases import SEEDS, binary, exactly
from sklearn import metrics

from mll_core.domain.document import Brief, Capacity, Values
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


def test_more_cases_than_can_be_handled_count_only_in_part() -> None:
    cases = binary(0)
    everyone = Predictions(cases.truth, cases.score, np.ones_like(cases.label), cases.classes)
    metric = ExpectedValue(true_positive=90, false_positive=-10, false_negative=-40, share=0.1)
    hit = cases.truth.mean()
    expected = 0.1 * (90 * hit - 10 * (1 - hit)) + 0.9 * -40 * hit
    assert metric.score(everyone) == exactly(expected)
    nobody = Predictions(cases.truth, cases.score, np.zeros_like(cases.label), cases.classes)
    assert metric.score(nobody) == exactly(-40 * hit)
    room = ExpectedValue(true_positive=90, false_positive=-10, share=cases.label.mean())
    free = ExpectedValue(true_positive=90, false_positive=-10)
    assert room.score(cases) == exactly(free.score(cases))


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
