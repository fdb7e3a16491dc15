from metric_cases import SEEDS, binary, exactly
from sklearn import metrics

from mll_core.domain.document import Brief, Values
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


def test_its_amounts_are_those_in_the_brief() -> None:
    values = Values(true_positive=90, false_positive=-10, false_negative=-40)
    metric = ExpectedValue.of_brief(Brief(values=values))
    assert metric == ExpectedValue(
        true_positive=90, false_positive=-10, false_negative=-40, true_negative=0
    )
    assert ExpectedValue.usable(Brief(values=values))
    assert not ExpectedValue.usable(Brief())
